// SPDX-License-Identifier: Apache-2.0
#include "app/print_settings.hpp"

#include "app/help_text.hpp"
#include "catch.hpp"
#include "example_flags.hpp"

using mynah::flag_type;
using mynah::settings;

namespace {

settings::value value(const std::string& text, flag_type type, bool secret = false) {
  settings::value made(text, "default", type, false);
  made.secret = secret;
  return made;
}

std::string line_of(const settings::value& shown) {
  std::map<std::string, settings::value, std::less<>> values;
  values.emplace("x", shown);
  const std::string text = mynah::cli::settings_text(settings("irc:a", std::move(values)), "irc.a.",
                                                     mynah::redactor({"swordfish", "a\"b"}));
  return text.substr(0, text.find("  "));
}

}  // namespace

TEST_CASE("settings are printed as TOML") {
  CHECK(line_of(value("a \"b\"\\", flag_type::text)) == R"(irc.a.x = "a \"b\"\\")");
  CHECK(line_of(value("a\nb", flag_type::text)) == R"(irc.a.x = "a\u000ab")");
  settings::value list = value("a, b", flag_type::list);
  list.parts = {"a", "b"};
  CHECK(line_of(list) == R"(irc.a.x = ["a", "b"])");
  settings::value yes = value("yes", flag_type::boolean);
  yes.number = 1;
  CHECK(line_of(yes) == "irc.a.x = true");
  CHECK(line_of(value("30s", flag_type::duration)) == R"(irc.a.x = "30s")");
}

TEST_CASE("secrets are never printed") {
  CHECK(line_of(value("hunter2", flag_type::text, true)) == R"(irc.a.x = "***")");
  CHECK(line_of(value("", flag_type::text, true)) == R"(irc.a.x = "")");
  // Nor are they in other settings.
  CHECK(line_of(value("https://me:swordfish@h", flag_type::text)) ==
        R"(irc.a.x = "https://me:***@h")");
  CHECK(line_of(value("xa\"by", flag_type::text)) == R"(irc.a.x = "x***y")");
  settings::value list = value("a, swordfish", flag_type::list);
  list.parts = {"a", "swordfish"};
  CHECK(line_of(list) == R"(irc.a.x = ["a", "***"])");
}

TEST_CASE("prefixes follow from the owner") {
  CHECK(mynah::cli::prefix_of(settings("irc:a", {}), false) == "irc.a.");
  CHECK(mynah::cli::prefix_of(settings("bot", {}), true).empty());
}

TEST_CASE("help shows every flag, its variables and default") {
  std::vector<mynah::flag_group> groups = example_groups();
  groups.erase(groups.begin());  // the program's own come by themselves
  std::vector<mynah::subcommand> commands;
  commands.emplace_back("manifest", "Prints it", [](const auto&) { return std::string(); });
  commands.back().plugin = "slack";
  const std::string help = mynah::cli::help_text("bot", "bot 1.0", groups, "console", commands);
  for (const char* expected :
       {"--help", "--check-config", "--config", "--inputs <list>", "(default: console)",
        "[MYNAH_IRC_SERVER]", "(required)", "--irc-tls[=yes|no]", "MYNAH_IRC_PASSWORD,",
        "--irc-password-file", "--builtins-time-zone", "(default: UTC)",
        "Input irc: IRC networks"}) {
    INFO(expected);
    CHECK(help.find(expected) != std::string::npos);
  }
  for (std::size_t from = 0; from < help.size();) {
    const std::size_t end = help.find('\n', from);
    CHECK(end - from <= 100);
    from = end + 1;
  }
}
