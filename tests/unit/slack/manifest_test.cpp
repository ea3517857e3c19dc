// SPDX-License-Identifier: Apache-2.0
#include "manifest.hpp"

#include <algorithm>

#include "catch.hpp"
#include "manifest_command.hpp"

using namespace mynah::slack;

TEST_CASE("a manifest for Socket Mode", "[slack][manifest]") {
  manifest_options options;
  options.name = "magpie";
  options.description = "Does things";
  const nlohmann::json made = manifest(options);
  CHECK(made["display_information"] ==
        nlohmann::json({{"name", "magpie"}, {"description", "Does things"}}));
  CHECK(made["features"]["bot_user"]["display_name"] == "magpie");
  CHECK(made["features"]["app_home"]["home_tab_enabled"] == true);
  CHECK(made["features"]["app_home"]["messages_tab_enabled"] == true);
  CHECK(made["features"]["app_home"]["messages_tab_read_only_enabled"] == false);
  REQUIRE(made["features"]["slash_commands"].size() == 1);
  CHECK(made["features"]["slash_commands"][0]["command"] == "/mynah");
  CHECK(made["features"]["slash_commands"][0].count("url") == 0);
  CHECK(made["settings"]["socket_mode_enabled"] == true);
  CHECK(made["settings"]["interactivity"] == nlohmann::json({{"is_enabled", true}}));
  CHECK(made["settings"]["event_subscriptions"].count("request_url") == 0);
  const auto& events = made["settings"]["event_subscriptions"]["bot_events"];
  for (const char* const name : {"message.channels", "message.groups", "message.im", "message.mpim",
                                 "app_mention", "app_home_opened"}) {
    CHECK(std::find(events.begin(), events.end(), name) != events.end());
  }
}

TEST_CASE("a manifest for HTTP says where Slack posts to", "[slack][manifest]") {
  manifest_options options;
  options.request_url = "https://bot.test/slack";
  const nlohmann::json made = manifest(options);
  CHECK(made["settings"]["socket_mode_enabled"] == false);
  CHECK(made["settings"]["interactivity"]["request_url"] == "https://bot.test/slack");
  CHECK(made["settings"]["event_subscriptions"]["request_url"] == "https://bot.test/slack");
  CHECK(made["features"]["slash_commands"][0]["url"] == "https://bot.test/slack");
}

TEST_CASE("a manifest for an assistant", "[slack][manifest]") {
  manifest_options options;
  options.assistant = "Deploys things";
  const nlohmann::json made = manifest(options);
  CHECK(made["features"]["assistant_view"] ==
        nlohmann::json({{"assistant_description", "Deploys things"}}));
  const auto& events = made["settings"]["event_subscriptions"]["bot_events"];
  CHECK(std::count(events.begin(), events.end(), "assistant_thread_started") == 1);
  const auto& scopes = made["oauth_config"]["scopes"]["bot"];
  CHECK(std::count(scopes.begin(), scopes.end(), "assistant:write") == 1);
  CHECK(std::is_sorted(scopes.begin(), scopes.end()));

  const nlohmann::json other = manifest(manifest_options());
  CHECK(other.dump().find("assistant") == std::string::npos);
}

TEST_CASE("a manifest with shortcuts", "[slack][manifest]") {
  manifest_options options;
  options.shortcuts.emplace_back("deploy", false);
  options.shortcuts.emplace_back("note", true);
  const nlohmann::json made = manifest(options);
  const auto& shortcuts = made["features"]["shortcuts"];
  REQUIRE(shortcuts.size() == 2);
  CHECK(shortcuts[0]["callback_id"] == "deploy");
  CHECK(shortcuts[0]["type"] == "global");
  CHECK(shortcuts[1]["callback_id"] == "note");
  CHECK(shortcuts[1]["type"] == "message");
  CHECK(manifest(manifest_options())["features"].count("shortcuts") == 0);

  const nlohmann::json printed = nlohmann::json::parse(manifest_text(
      {"--shortcut=deploy", "--message-shortcut", "note", "--assistant", "Deploys things"}));
  CHECK(printed["features"]["shortcuts"] == shortcuts);
  CHECK(printed["features"].count("assistant_view") == 1);
  CHECK_THROWS_WITH(manifest_text({"--shortcut=two words"}), Catch::Contains("two words"));
  CHECK_THROWS_WITH(manifest_text({"--shortcut="}), Catch::Contains("--shortcut needs a value"));
  std::vector<std::string> many(11, "--shortcut=deploy");
  CHECK_THROWS_WITH(manifest_text(many), Catch::Contains("10 shortcuts at most"));
}

TEST_CASE("a manifest keeps Slack's limits", "[slack][manifest]") {
  manifest_options options;
  options.name = std::string(200, 'n') + "\n";
  options.description = std::string(500, 'd');
  const nlohmann::json made = manifest(options);
  CHECK(made["display_information"]["name"].get<std::string>().size() <= 37);
  CHECK(made["display_information"]["description"].get<std::string>().size() <= 142);
}

TEST_CASE("scopes are sorted, each with its reason", "[slack][manifest]") {
  const auto all = required_scopes();
  CHECK(std::is_sorted(all.begin(), all.end(),
                       [](const scope& a, const scope& b) { return a.name < b.name; }));
  for (const scope& each : all) CHECK(each.reason.starts_with("to "));
  const nlohmann::json made = manifest(manifest_options());
  CHECK(made["oauth_config"]["scopes"]["bot"].size() == all.size());
}

TEST_CASE("missing scopes are found", "[slack][manifest]") {
  std::string granted = "extra:scope";
  for (const scope& each : required_scopes()) granted += "," + std::string(each.name);
  CHECK(missing_scopes(granted).empty());
  CHECK(missing_scopes("").size() == required_scopes().size());
  const auto missing = missing_scopes("chat:write, commands");
  CHECK(missing.size() == required_scopes().size() - 2);
  // The name of one is not the beginning of another's.
  CHECK(std::any_of(missing.begin(), missing.end(),
                    [](const scope& each) { return each.name == "app_mentions:read"; }));
  const auto most = missing_scopes("chat:write.public");
  CHECK(std::any_of(most.begin(), most.end(),
                    [](const scope& each) { return each.name == "chat:write"; }));
}
