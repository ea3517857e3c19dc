// SPDX-License-Identifier: Apache-2.0
#include "app/config_file.hpp"

#include "catch.hpp"
#include "example_flags.hpp"

using mynah::setting_values;
using mynah::cli::parse_config;

namespace {

setting_values read(const std::string& text, const std::vector<std::string>& inputs = {}) {
  return mynah::cli::values_of(parse_config(text, "bot.toml"), example_table(inputs));
}

std::string refusal(const std::string& text) {
  return error_of([&] { static_cast<void>(read(text)); });
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("keys become settings with file and line as source") {
  const setting_values values = read(
      "# a comment\n"
      "prefix = \"?\"\n"
      "\n"
      "[irc]\n"
      "server = \"host\"\n"
      "tls = false\n"
      "channels = [\"#a\", \"#b\"]\n");
  CHECK(values.find("prefix")->values == list{"?"});
  CHECK(values.find("prefix")->source == "bot.toml:2");
  CHECK(values.find("irc.server")->source == "bot.toml:5");
  CHECK(values.find("irc.tls")->values == list{"false"});
  CHECK(values.find("irc.channels")->values == list{"#a", "#b"});
}

TEST_CASE("a list may be one text, numbers become text") {
  CHECK(read("inputs = \"irc, console\"").find("inputs")->values == list{"irc, console"});
  CHECK(read("command-deadline = 30").find("command-deadline")->values == list{"30"});
  CHECK(read("command_deadline = \"5s\"").find("command-deadline")->values == list{"5s"});
}

TEST_CASE("instances have tables in the table of their input") {
  const setting_values values =
      read("[irc]\nserver = \"a\"\n[irc.libera]\nserver = \"b\"\n", {"irc:libera"});
  CHECK(values.find("irc.server")->values == list{"a"});
  CHECK(values.find("irc.libera.server")->values == list{"b"});
}

TEST_CASE("roles and grants are tables") {
  const setting_values values = read(
      "[roles]\n"
      "deployer = [\"deploy\", \"api.*\"]\n"
      "ops = \"restart\"\n"
      "[grants]\n"
      "\"irc:libera/alice\" = [\"deployer\", \"ops\"]\n");
  CHECK(values.find("role")->values == list{"deployer=deploy,api.*", "ops=restart"});
  CHECK(values.find("grant")->values == list{"irc:libera/alice=deployer,ops"});
  CHECK(values.find("grant")->source == "bot.toml:4");
  CHECK(read("role = [\"a=b\"]\n[roles]\nc = [\"d\"]\n").find("role")->values ==
        list{"a=b", "c=d"});
  CHECK(refusal("roles = 3") == "bot.toml:1: 'roles': expected a table: [roles]");
}

TEST_CASE("unknown keys are errors with their line and the nearest key") {
  CHECK(refusal("\nprefx = \"?\"") ==
        "bot.toml:2: unknown setting 'prefx'; did you mean 'prefix'?");
  CHECK(refusal("[irc]\nservr = \"x\"") ==
        "bot.toml:2: unknown setting 'irc.servr'; did you mean 'irc.server'?");
  CHECK(refusal("[ircc]\nserver = \"x\"") ==
        "bot.toml:2: unknown setting 'ircc.server'; did you mean 'irc.server'?");
  CHECK(refusal("[irc.libera]\nserver = \"x\"")
            .starts_with("bot.toml:2: unknown setting 'irc.libera.server'"));
  CHECK(refusal("config = \"other.toml\"").starts_with("bot.toml:1: unknown setting 'config'"));
}

TEST_CASE("broken files are errors with their line, and show no value") {
  CHECK(refusal("prefix = \"?\"\n[irc\n").starts_with("bot.toml:2: "));
  CHECK(refusal("prefix = \"a\"\nprefix = \"b\"").starts_with("bot.toml:2: "));
  CHECK(refusal("\n\n[irc]\npassword = hunter2\n").find("hunter2") == std::string::npos);
  CHECK(refusal("[irc]\npassword = [\"hunter2\", \"hunter3\"]\n") ==
        "bot.toml:2: 'irc.password' takes one value, not a list");
  CHECK(refusal("[irc]\npassword = { hunter2 = \"hunter3\" }\n").find("hunter3") ==
        std::string::npos);
  CHECK(
      refusal("prefix = 2026-01-01") ==
      "bot.toml:1: 'prefix': expected text in quotes, a number, true or false, or a list of them");
  CHECK(refusal("command-deadline = \"1s\"\ncommand_deadline = \"2s\"") ==
        "bot.toml:2: 'command-deadline' is there twice (bot.toml:1)");
}

TEST_CASE("broken files are told of in the same words by every build") {
  CHECK(refusal("prefix = \"?\"\n[:x]").starts_with("bot.toml:2: "));
  // A parser that counts on a digit where there is a letter reads past it.
  CHECK(refusal("prefix = 1979-05-27TL0:32:00").ends_with("expected 2-digit hour, saw 'L'"));
}

TEST_CASE("keys of very many parts and deep values are errors, not the end of the stack") {
  const auto parts = [](int count) {
    std::string key = "a";
    for (int i = 1; i < count; ++i) key += ".a";
    return key;
  };
  CHECK(refusal("\n" + parts(100'000) + " = 1") == "bot.toml:2: a key has more than 32 parts");
  CHECK(refusal("[" + parts(100'000) + "]\nb = 1") == "bot.toml:1: a key has more than 32 parts");
  CHECK(refusal(parts(32) + " = 1").find("unknown setting") != std::string::npos);
  CHECK(refusal(parts(33) + " = 1").find("32 parts") != std::string::npos);
  CHECK(refusal("\"a\" . 'a' . " + parts(31) + " = 1").find("32 parts") != std::string::npos);

  std::string deep;
  for (int i = 0; i < 200; ++i) deep += parts(30) + " = {";
  CHECK(refusal(deep + std::string(200, '}')).starts_with("bot.toml:1: "));
}

TEST_CASE("dots in values, texts and comments are no parts of keys") {
  const std::string dots(100, '.');
  const auto prefix = [](const std::string& text) { return read(text).find("prefix")->values; };
  CHECK(prefix("prefix = \"" + dots + "\"") == list{dots});
  CHECK(prefix("prefix = '" + dots + "'") == list{dots});
  CHECK(prefix("# " + dots + "\nprefix = \"a\" # " + dots) == list{"a"});
  CHECK(prefix("prefix = \"\\\"" + dots + "\"") == list{"\"" + dots});
  CHECK(prefix("prefix = \"\"\"\n" + dots + "\"" + dots + "\"\"\"") == list{dots + "\"" + dots});
  CHECK(prefix("prefix = '''" + dots + "'''''  # '" + dots) == list{dots + "''"});
  std::string numbers = "1.5";
  for (int i = 0; i < 100; ++i) numbers += ", 1.5";
  CHECK(read("[irc]\nchannels = [" + numbers + "]").find("irc.channels")->values.size() == 101);
}

TEST_CASE("files that cannot be read are errors that say why") {
  const auto read_file = [](const char* path) {
    return error_of([path] { static_cast<void>(mynah::cli::read_config_file(path)); });
  };
  CHECK(read_file("/nonexistent/bot.toml") ==
        "cannot read '/nonexistent/bot.toml': No such file or directory");
  CHECK(read_file("/") == "cannot read '/': Is a directory");
}
