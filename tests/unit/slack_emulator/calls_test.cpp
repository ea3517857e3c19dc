// SPDX-License-Identifier: Apache-2.0
#include "api_client.hpp"
#include "catch.hpp"

using namespace mynah_test::slack;

TEST_CASE("a call must bring the right token in its header", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  CHECK(bot.call("auth.test")["user_id"] == world.bot.bot_user_id);
  CHECK(bot.error("apps.connections.open") == "not_allowed_token_type");

  api_client app(slack, world.app.app_token);
  CHECK(app.error("auth.test") == "not_allowed_token_type");
  CHECK(app.call("apps.connections.open")["url"].get<std::string>().starts_with("wss://"));
  CHECK(app.error("apps.connections.open", {}, body_kind::query) == "method_not_supported_for_get");

  api_client wrong(slack, "xoxb-wrong");
  CHECK(wrong.error("auth.test") == "invalid_auth");
  api_client nobody(slack, "");
  CHECK(nobody.error("auth.test") == "not_authed");
  CHECK(nobody.error("auth.test", {{"token", world.bot.bot_token}}) == "not_authed");
  CHECK(nobody.error("auth.test", {{"token", world.bot.bot_token}}, body_kind::form) ==
        "not_authed");
  CHECK(nobody.error("auth.test", {{"token", world.bot.bot_token}}, body_kind::query) ==
        "invalid_auth");
  CHECK(slack.violations().size() == 3);
}

TEST_CASE("a dead token says why", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  slack.set_token_error(world.bot.bot_token, "account_inactive");
  CHECK(bot.error("auth.test") == "account_inactive");
  slack.set_token_error(world.bot.bot_token, "");
  CHECK(bot.call("auth.revoke", {}, body_kind::form)["revoked"] == true);
  CHECK(bot.error("auth.test") == "token_revoked");
}

TEST_CASE("a missing scope is named", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  slack.set_scopes(world.bot.bot_token, {"chat:write", "commands"});
  api_client bot(slack, world.bot.bot_token);
  json answer = bot.call("users.info", {{"user", world.alice}}, body_kind::form);
  CHECK(answer["error"] == "missing_scope");
  CHECK(answer["needed"] == "users:read");
  CHECK(answer["provided"] == "chat:write,commands");
  answer = bot.call("conversations.history", {{"channel", world.general}});
  CHECK(answer["needed"] == "channels:history");
  answer = bot.call("conversations.history", {{"channel", world.dm}});
  CHECK(answer["needed"] == "im:history");
  answer = bot.call("conversations.list", {{"types", "private_channel"}}, body_kind::form);
  CHECK(answer["needed"] == "groups:read");
  CHECK(bot.call("chat.postMessage", {{"channel", world.general}, {"text", "x"}})["ok"] == true);
}

TEST_CASE("only some methods read a JSON body", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  const json who = {{"user", world.alice}};
  const json answer = bot.call("users.info", who);
  CHECK(answer["error"] == "invalid_arguments");
  CHECK(answer["response_metadata"]["messages"][0] == "[ERROR] missing required field: user");
  CHECK(bot.call("users.info", who, body_kind::form)["user"]["id"] == world.alice);
  CHECK(bot.call("users.info", who, body_kind::query)["user"]["id"] == world.alice);

  const json warned = bot.call("auth.test", json::object(), body_kind::json_without_charset);
  CHECK(warned["warning"] == "missing_charset");
  CHECK(bot.raw("POST", "/api/auth.test", "a=b", "application/x-www-form-urlencoded; charset=utf-8")
            .body.find("superfluous_charset") != std::string::npos);
  const std::string utf8 = "application/json; charset=utf-8";
  CHECK(bot.raw("POST", "/api/auth.test", "{", utf8).body.find("invalid_json") !=
        std::string::npos);
  CHECK(bot.raw("POST", "/api/auth.test", "[]", utf8).body.find("json_not_object") !=
        std::string::npos);
  CHECK(bot.raw("POST", "/api/auth.test", "x", "text/plain").body.find("invalid_post_type") !=
        std::string::npos);
}

TEST_CASE("what is not modelled is unknown, never a success", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  api_client bot(slack, world.bot.bot_token);
  for (const char* method : {"rtm.start", "chat.scheduleMessage", "admin.users.list", "x"}) {
    CHECK(bot.error(method) == "unknown_method");
  }
  CHECK(bot.error("files.upload", {}, body_kind::form) == "method_deprecated");
  CHECK(bot.raw("GET", "/elsewhere", "", "").status == 404);
}

TEST_CASE("pages may be short, or empty before the end", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  for (int i = 0; i < 7; ++i) {
    new_user more;
    more.name = "user" + std::to_string(i);
    (void)slack.add_user(world.team, more);
  }
  api_client bot(slack, world.bot.bot_token);
  std::size_t seen = 0;
  std::vector<std::size_t> pages;
  json arguments = {{"limit", "4"}};
  for (;;) {
    const json answer = bot.call("users.list", arguments, body_kind::form);
    REQUIRE(answer["ok"] == true);
    pages.push_back(answer["members"].size());
    seen += pages.back();
    const std::string next = answer["response_metadata"]["next_cursor"];
    if (next.empty()) break;
    CHECK(next.find('=') != std::string::npos);
    arguments["cursor"] = next;
  }
  CHECK(seen == 10);
  CHECK(pages == std::vector<std::size_t>{3, 0, 3, 4});
  CHECK(bot.error("users.list", {{"cursor", "nonsense"}}, body_kind::form) == "invalid_cursor");
}

TEST_CASE("people are told apart", "[slack emulator]") {
  emulator slack;
  const small_world world(slack);
  new_user guest;
  guest.name = "guest";
  guest.is_ultra_restricted = true;
  const std::string visitor = slack.add_user(world.team, guest);
  const std::string other_team = slack.add_workspace({"Other", "other", "E123"});
  new_user stranger;
  stranger.name = "stranger";
  const std::string outside = slack.add_user(other_team, stranger);

  api_client bot(slack, world.bot.bot_token);
  const auto info = [&](const std::string& id) {
    return bot.call("users.info", {{"user", id}}, body_kind::form);
  };
  CHECK(info(visitor)["user"]["is_restricted"] == true);
  CHECK(info(visitor)["user"]["is_ultra_restricted"] == true);
  CHECK(info(outside)["error"] == "user_not_found");
  slack.join(world.general, outside);
  const json seen = info(outside)["user"];
  CHECK(seen["is_stranger"] == true);
  CHECK(seen["team_id"] == other_team);
  CHECK(seen["enterprise_user"]["enterprise_id"] == "E123");
  CHECK(info(world.bot.bot_user_id)["user"]["is_bot"] == true);
  slack.change_user(world.bob, {{"deleted", true}});
  CHECK(info(world.bob)["user"]["deleted"] == true);
}
