// SPDX-License-Identifier: Apache-2.0
// Slash commands, and answers by response_url.
#include "catch.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;

TEST_CASE("a slash command is acknowledged at once and answered to the asker", "[slack][slash]") {
  slack_place at;
  noted_command note;
  auto settings = at.settings();
  const bool for_all = GENERATE(false, true);
  if (for_all) settings["command-answers"] = "channel";
  slack_bot bot(settings, {note.make(), ping()});
  bot.wait_until_online();
  const auto asked = at.slack.slash_command(at.world.app.app_id, at.world.general, at.world.alice,
                                            "/mynah", "note \"a &amp; b\"");
  REQUIRE(at.slack.wait_until([&] { return at.slack.responses().size() == 1; }));
  CHECK(note.count("a & b") == 1);
  REQUIRE(at.slack.wait_until(
      [&] { return at.slack.acknowledgement(asked.id).value("acknowledged", false); }));
  const auto body = at.slack.responses()[0]["body"];
  CHECK(body.value("text", "") == "noted a &amp; b");
  CHECK(body.value("response_type", "") == (for_all ? "in_channel" : "ephemeral"));

  // Another word is the beginning of the command line.
  at.slack.slash_command(at.world.app.app_id, at.world.general, at.world.alice, "/ping", "");
  REQUIRE(at.slack.wait_until([&] { return at.slack.responses().size() == 2; }));
  CHECK(at.slack.responses()[1]["body"].value("text", "") == "pong");
}

TEST_CASE("slash commands work where the bot is no member", "[slack][slash]") {
  slack_place at;
  mynah_test::slack::new_channel secret;
  secret.name = "secret";
  secret.kind = mynah_test::slack::channel_kind::private_channel;
  secret.members = {at.world.alice};
  const std::string channel = at.slack.add_channel(at.world.team, secret);
  auto talk = [](mynah::context& ctx) {
    for (int i = 1; i <= 7; ++i) ctx.reply("part " + std::to_string(i));
  };
  slack_bot bot(at.settings(), {mynah::make_command(mynah::command_spec("talk", "Talks"), talk)});
  bot.wait_until_online();
  at.slack.slash_command(at.world.app.app_id, channel, at.world.alice, "/mynah", "talk");
  // Five by the URL; the rest can only be said in private.
  REQUIRE(at.slack.wait_until(
      [&] { return at.slack.responses().size() == 5 && at.slack.posted_count(at.world.dm) == 2; }));
  CHECK(at.slack.posted_count(channel) == 0);
}

TEST_CASE("a slash command passes the same gate", "[slack][slash]") {
  slack_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make(true)},
                {{"role", "noter=note"},
                 {"grant", "slack/" + at.world.team + "/" + at.world.alice + "=noter"}});
  bot.wait_until_online();
  at.slack.slash_command(at.world.app.app_id, at.world.general, at.world.bob, "/mynah", "note x");
  at.slack.slash_command(at.world.app.app_id, at.world.general, at.world.alice, "/mynah", "note y");
  REQUIRE(at.slack.wait_until([&] { return at.slack.responses().size() == 2; }));
  CHECK(note.count("x") == 0);
  CHECK(note.count("y") == 1);
}
