// SPDX-License-Identifier: Apache-2.0
#include "app/precedence.hpp"

#include <tuple>

#include "catch.hpp"
#include "example_flags.hpp"

using mynah::setting_values;

TEST_CASE("command line beats environment beats file") {
  const auto table = example_table();
  for (int given = 0; given < 8; ++given) {
    setting_values flags;
    setting_values variables;
    setting_values file;
    if ((given & 1) != 0) flags.set("prefix", "f", "--prefix");
    if ((given & 2) != 0) variables.set("prefix", "e", "MYNAH_PREFIX");
    if ((given & 4) != 0) file.set("prefix", "t", "bot.toml:1");
    const setting_values all = mynah::cli::combined({&flags, &variables, &file}, table);
    const setting_values::entry* entry = all.find("prefix");
    INFO("given: " << given);
    if (given == 0) {
      CHECK(entry == nullptr);
      continue;
    }
    REQUIRE(entry != nullptr);
    const char* expected = (given & 1) != 0   ? "--prefix"
                           : (given & 2) != 0 ? "MYNAH_PREFIX"
                                              : "bot.toml:1";
    CHECK(entry->source == expected);
  }
}

TEST_CASE("a secret and its file are one value") {
  const auto table = example_table();
  setting_values flags;
  flags.set("irc.password-file", "/run/secret", "--irc-password-file");
  setting_values file;
  file.set("irc.password", "hunter2", "bot.toml:3");
  const setting_values all = mynah::cli::combined({&flags, &file}, table);
  CHECK(all.find("irc.password") == nullptr);
  CHECK(all.find("irc.password-file") != nullptr);
}

TEST_CASE("what contradicts itself in one place stays for the bot to refuse") {
  const auto table = example_table();
  setting_values flags;
  flags.set("irc.password-file", "/run/secret", "--irc-password-file");
  flags.set("irc.password", "hunter2", "--irc-password");
  CHECK(mynah::cli::combined({&flags}, table).all().size() == 2);
}

TEST_CASE("lists are replaced, not joined") {
  const auto table = example_table();
  setting_values variables;
  variables.set("irc.channels", "#a", "MYNAH_IRC_CHANNELS");
  setting_values file;
  file.set("irc.channels", std::vector<std::string>{"#b", "#c"}, "bot.toml:1");
  const setting_values all = mynah::cli::combined({&variables, &file}, table);
  CHECK(all.find("irc.channels")->values == std::vector<std::string>{"#a"});
}
