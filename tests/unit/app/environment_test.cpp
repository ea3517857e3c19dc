// SPDX-License-Identifier: Apache-2.0
#include "app/environment.hpp"

#include "catch.hpp"
#include "example_flags.hpp"

using mynah::setting_values;
using mynah::cli::environment;

namespace {

setting_values read(const environment& variables, const std::vector<std::string>& inputs = {}) {
  return mynah::cli::values_of(variables, example_table(inputs));
}

}  // namespace

TEST_CASE("variables become settings with their name as source") {
  const setting_values values = read({{"MYNAH_IRC_SERVER", "host"}, {"HOME", "/root"}});
  CHECK(values.find("irc.server")->values.front() == "host");
  CHECK(values.find("irc.server")->source == "MYNAH_IRC_SERVER");
  CHECK(values.all().size() == 1);
}

TEST_CASE("an empty variable is not set") {
  CHECK(read({{"MYNAH_PREFIX", ""}}).all().empty());
}

TEST_CASE("instances have variables of their own") {
  const setting_values values =
      read({{"MYNAH_IRC_LIBERA_SERVER", "a"}, {"MYNAH_IRC_SERVER", "b"}}, {"irc:libera"});
  CHECK(values.find("irc.libera.server")->values.front() == "a");
  CHECK(values.find("irc.server")->values.front() == "b");
}

TEST_CASE("names that users already have come after ours") {
  CHECK(read({{"IRC_PASSWORD", "a"}}).find("irc.password")->source == "IRC_PASSWORD");
  CHECK(read({{"IRC_PASSWORD", "a"}, {"MYNAH_IRC_PASSWORD", "b"}}).find("irc.password")->source ==
        "MYNAH_IRC_PASSWORD");
  CHECK(read({{"IRC_PASSWORD_FILE", "/a"}}).find("irc.password-file")->source ==
        "IRC_PASSWORD_FILE");
  // Ours by file before theirs by value: they are one setting.
  const setting_values both = read({{"IRC_PASSWORD", "a"}, {"MYNAH_IRC_PASSWORD_FILE", "/b"}});
  CHECK(both.find("irc.password") == nullptr);
  CHECK(both.find("irc.password-file")->values.front() == "/b");
  // Two of one rank contradict each other; the bot refuses that.
  CHECK(read({{"MYNAH_IRC_PASSWORD", "a"}, {"MYNAH_IRC_PASSWORD_FILE", "/b"}}).all().size() == 2);
}

TEST_CASE("misspelt variables are noticed, foreign ones are not") {
  const auto table = example_table();
  const auto doubts = [&](const environment& variables) {
    return mynah::cli::doubtful(variables, table);
  };
  CHECK(doubts({{"MYNAH_IRC_SERVR", "x"}}) ==
        std::vector<std::string>{"the environment variable MYNAH_IRC_SERVR is no setting; did you "
                                 "mean MYNAH_IRC_SERVER?"});
  CHECK(doubts({{"MYNAH_IRC_SERVER", "x"}, {"IRC_SERVR", "x"}}).empty());
  CHECK(doubts({{"MYNAH_PORT_443_TCP_ADDR_OF_SOMETHING", "10.0.0.1"}}).empty());
}
