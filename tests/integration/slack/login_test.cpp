// SPDX-License-Identifier: Apache-2.0
// Connecting: what is refused for good, what is tried again, and what is said about it.
#include "catch.hpp"
#include "certificates.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;

namespace {

// What the bot ended with.
mynah::failure end_of(slack_bot& bot) {
  const mynah::result<void> outcome = bot.wait_for_end();
  REQUIRE(outcome.has_error());
  return outcome.error();
}

}  // namespace

TEST_CASE("a dead token is final, and the error says which", "[slack][login]") {
  slack_place at;
  const bool of_bot = GENERATE(true, false);
  const char* const error = GENERATE("invalid_auth", "account_inactive", "token_revoked");
  at.slack.set_token_error(of_bot ? at.world.bot.bot_token : at.world.app.app_token, error);
  slack_bot bot(at.settings(), {ping()});
  const mynah::failure why = end_of(bot);
  CHECK(why.code() == mynah::errc::authentication_failed);
  CHECK(why.describe().find(error) != std::string::npos);
  CHECK(why.describe().find(of_bot ? "auth.test" : "apps.connections.open") != std::string::npos);
}

TEST_CASE("scopes that are missing are named", "[slack][login]") {
  slack_place at;
  SECTION("one that the bot cannot do without") {
    at.slack.set_scopes(at.world.bot.bot_token, {"channels:history", "commands"});
    slack_bot bot(at.settings(), {ping()});
    const mynah::failure why = end_of(bot);
    CHECK(why.code() == mynah::errc::authentication_failed);
    CHECK(why.describe().find("chat:write") != std::string::npos);
  }
  SECTION("one that it can") {
    at.slack.set_scopes(at.world.bot.bot_token, {"chat:write", "channels:history", "im:history",
                                                 "app_mentions:read", "commands"});
    slack_bot bot(at.settings(), {ping()});
    bot.wait_until_online();
    CHECK(bot.log().find("users:read") != std::string::npos);
    at.slack.post(at.world.general, at.world.alice, "!ping");
    REQUIRE(at.has_said(1));
  }
}

TEST_CASE("a certificate of another authority is refused", "[slack][login]") {
  slack_place at;
  certificate_authority other;
  auto settings = at.settings();
  settings["ca-file"] = other.file();
  slack_bot bot(settings, {ping()});
  CHECK(end_of(bot).code() == mynah::errc::certificate_rejected);
}

TEST_CASE("a certificate for another host, or an expired one, is refused", "[slack][login]") {
  mynah_test::slack::options how;
  if (GENERATE(true, false)) {
    how.certificate_names = "DNS:slack.test";
  } else {
    how.certificate_days = 0;
  }
  slack_place at(how);
  slack_bot bot(at.settings(), {ping()});
  CHECK(end_of(bot).code() == mynah::errc::certificate_rejected);
}

TEST_CASE("what keeps the bot from connecting for a while is waited for", "[slack][login]") {
  slack_place at;
  SECTION("no greeting") {
    at.slack.withhold_hello(true);
    slack_bot bot(at.settings(), {ping()});
    REQUIRE(at.slack.wait_until([&] { return at.slack.call_count("apps.connections.open") >= 1; }));
    REQUIRE(bot.forward_until(at, std::chrono::seconds(16),
                              [&] { return at.slack.call_count("apps.connections.open") >= 2; }));
    at.slack.withhold_hello(false);
    REQUIRE(bot.forward_until(at, std::chrono::seconds(16),
                              [&] { return at.slack.connections() >= 1; }));
    bot.wait_until_online();
  }
  SECTION("upgrades that are refused") {
    at.slack.refuse_upgrades(503, 2);
    slack_bot bot(at.settings(), {ping()});
    REQUIRE(bot.forward_until(at, std::chrono::seconds(2),
                              [&] { return at.slack.connections() >= 1; }));
    bot.wait_until_online();
  }
  SECTION("trouble of the Web API") {
    mynah_test::slack::fault trouble;
    trouble.method = "auth.test";
    trouble.times = 6;
    at.slack.inject(trouble);
    slack_bot bot(at.settings(), {ping()});
    REQUIRE(bot.forward_until(at, std::chrono::seconds(5),
                              [&] { return at.slack.connections() >= 1; }));
    bot.wait_until_online();
  }
}

TEST_CASE("closing leaves no connection behind", "[slack][login]") {
  slack_place at;
  {
    slack_bot bot(at.settings(), {ping()});
    bot.wait_until_online();
    REQUIRE(at.slack.connections() == 1);
  }
  REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 0; }));
}

TEST_CASE("two workspaces in one bot", "[slack][login]") {
  slack_place at;
  mynah_test::slack::new_workspace second;
  second.name = "Umbrella";
  second.domain = "umbrella";
  const std::string team = at.slack.add_workspace(second);
  mynah_test::slack::new_user carol;
  carol.name = "carol";
  const std::string user = at.slack.add_user(team, carol);
  // An app of its own there, or the same one, whose events then come by either's connection.
  const bool same_app = GENERATE(false, true);
  const auto app = same_app ? at.world.app : at.slack.add_app();
  const auto there = at.slack.install(app.app_id, team);
  mynah_test::slack::new_channel room;
  room.name = "ops";
  room.members = {user, there.bot_user_id};
  const std::string channel = at.slack.add_channel(team, room);

  noted_command note;
  slack_bot bot(at.settings(), {note.make()},
                {{"inputs", "slack:acme,slack:umbrella"},
                 {"slack.umbrella.bot-token", there.bot_token},
                 {"slack.umbrella.app-token", app.app_token}});
  bot.wait_for_log("slack:acme: online");
  bot.wait_for_log("slack:umbrella: online");
  for (int i = 0; i < 10; ++i) {
    at.slack.post(channel, user, "!note there" + std::to_string(i));
    at.slack.post(at.world.general, at.world.alice, "!note here" + std::to_string(i));
  }
  REQUIRE(at.slack.wait_until([&] { return note.runs().size() == 20; }));
  for (const auto& [who, what] : note.runs()) {
    CHECK(who == (what.starts_with("there")
                      ? "slack:umbrella/" + team + "/" + user
                      : "slack:acme/" + at.world.team + "/" + at.world.alice));
  }
}
