// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <boost/asio/io_context.hpp>

#include <mynah/bot.hpp>
#include <mynah/builtins.hpp>
#include <mynah/registry.hpp>

using namespace mynah;

namespace {

command_ptr named(const std::string& name, const std::string& pattern = {}) {
  if (pattern.empty()) {
    return make_command(command_spec(name, ""), [](const arguments&) { return "x"; });
  }
  return make_command(name, pattern, name, "", [](const arguments&) { return "x"; });
}

const plugin_info& fruit() {
  static constexpr plugin_info info = {plugin_api_version, "fruit", "1.0", "fruit",
                                       [](registry& into) { into.add(named("apple")); }};
  return info;
}

const plugin_info& vegetables() {
  static constexpr plugin_info info = {plugin_api_version, "vegetables", "1.0", "more",
                                       [](registry& into) { into.add(named("apple")); }};
  return info;
}

const plugin_info& foreign() {
  static constexpr plugin_info info = {plugin_api_version + 1, "foreign", "1.0", "other API",
                                       [](registry&) {}};
  return info;
}

input_type input_named(const std::string& name) {
  return {name, "", {}, [](const input_environment&) { return nullptr; }};
}

}  // namespace

TEST_CASE("what cannot live together is refused, naming both places") {
  boost::asio::io_context io;
  bot_options quiet;
  quiet.log = null_sink();
  bot bot(io.get_executor(), std::move(quiet));
  bot.use(fruit());
  CHECK_THROWS_WITH(bot.use(fruit()), "plugin 'fruit' is used twice (versions 1.0 and 1.0)");
  CHECK_THROWS_WITH(bot.use(vegetables()),
                    "command 'apple' of plugin 'vegetables': the name 'apple' is taken by command "
                    "'apple' of plugin 'fruit'");
  CHECK_THROWS_WITH(bot.use(foreign()), "plugin 'foreign' was compiled for plugin API " +
                                            std::to_string(plugin_api_version + 1) +
                                            ", this library has " +
                                            std::to_string(plugin_api_version));
  bot.add(named("one", "^same$"));
  CHECK_THROWS_WITH(bot.add(named("two", "^same$")),
                    "command 'two' of the program: its pattern '^same$' is the same as that of "
                    "command 'one' of the program");
  CHECK_THROWS_WITH(bot.add(named("bad", "a(")), ContainsSubstring("RE2 refuses"));
  CHECK_THROWS_WITH(
      bot.add(make_command(command_spec("x", "").alias("apple"), [](const arguments&) {})),
      ContainsSubstring("the name 'apple' is taken"));
  CHECK_THROWS_AS(bot.add(command_ptr()), registration_error);
  bot.add(input_named("here"));
  CHECK_THROWS_WITH(bot.add(input_named("here")),
                    "input 'here' of the program is registered already by the program");
  CHECK_THROWS_WITH(bot.add(input_named("No Name")), ContainsSubstring("is no name for an input"));
}

TEST_CASE("an empty registry is an error that says what to do") {
  boost::asio::io_context io;
  bot empty(io.get_executor());
  CHECK_THROWS_WITH(empty.check(), ContainsSubstring("mynah_link_plugins"));
  bot deaf(io.get_executor());
  deaf.use(fruit());
  CHECK_THROWS_WITH(deaf.check(), ContainsSubstring("no input is registered"));
  bot idle(io.get_executor());
  idle.add(input_named("here"));
  CHECK_THROWS_WITH(idle.check(), ContainsSubstring("no command is registered"));
}

TEST_CASE("aliases can be called") {
  boost::asio::io_context io;
  bot bot(io.get_executor());
  bot.use(builtins::plugin());
  CHECK(bot.plugins().size() == 1);
  CHECK(bot.flags().size() == 2);
}
