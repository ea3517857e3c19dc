// SPDX-License-Identifier: Apache-2.0
#include "app/setting_table.hpp"

#include "catch.hpp"
#include "example_flags.hpp"

using mynah::cli::known_setting;

TEST_CASE("names of variables and flags follow from the name") {
  CHECK(mynah::cli::variable_of("prefix") == "MYNAH_PREFIX");
  CHECK(mynah::cli::variable_of("irc.server") == "MYNAH_IRC_SERVER");
  CHECK(mynah::cli::variable_of("irc.net-2.password-file") == "MYNAH_IRC_NET_2_PASSWORD_FILE");
  CHECK(mynah::cli::option_of("irc.server") == "irc-server");
  CHECK(mynah::cli::option_of("slack_token") == "slack-token");
}

TEST_CASE("inputs are split at commas and trimmed") {
  CHECK(mynah::cli::input_names({"a, b", " c"}) == std::vector<std::string>{"a", "b", "c"});
  CHECK(mynah::cli::input_names({" , "}).empty());
}

TEST_CASE("a secret can also be given by file") {
  const auto table = example_table();
  const known_setting* password = table.find("irc.password");
  const known_setting* file = table.find("irc.password-file");
  REQUIRE(password != nullptr);
  REQUIRE(file != nullptr);
  CHECK(password->is_secret);
  CHECK_FALSE(file->is_secret);
  CHECK(file->slot == password->slot);
  CHECK(password->variables == std::vector<std::string>{"MYNAH_IRC_PASSWORD", "IRC_PASSWORD"});
  CHECK(file->variables ==
        std::vector<std::string>{"MYNAH_IRC_PASSWORD_FILE", "IRC_PASSWORD_FILE"});
  CHECK(table.find("irc.server-file") == nullptr);
}

TEST_CASE("instances have settings of their own") {
  const auto table = example_table({"irc:libera", "irc:my_net", "console:x", "irc"});
  const known_setting* server = table.find("irc.libera.server");
  REQUIRE(server != nullptr);
  CHECK(server->option == "irc-libera-server");
  CHECK(server->variables == std::vector<std::string>{"MYNAH_IRC_LIBERA_SERVER"});
  // A variable that users already have cannot mean one instance.
  CHECK(table.find("irc.libera.password")->variables.size() == 1);
  CHECK(table.find_option("irc-my-net-server") == table.find("irc.my_net.server"));
  CHECK(table.find("irc.oftc.server") == nullptr);
  CHECK(table.find("console.x.server") == nullptr);
}

TEST_CASE("underscores in the key count as dashes") {
  const auto table = example_table();
  CHECK(table.find("command_deadline") == table.find("command-deadline"));
  CHECK(table.find_option("irc_password_file") == table.find("irc.password-file"));
}

TEST_CASE("an instance whose flags would mean something else is refused") {
  CHECK(error_of([] { example_table({"irc:a-b", "irc:a_b"}); }) ==
        "--irc-a-b-server would mean both 'irc.a_b.server' and 'irc.a-b.server'; give that input "
        "another instance name");
}
