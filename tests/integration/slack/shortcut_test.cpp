// SPDX-License-Identifier: Apache-2.0
// Shortcuts: commands in Slack's menus.
#include "catch.hpp"
#include "http_place.hpp"

using namespace mynah_test;
using mynah_test::slack::json;

TEMPLATE_TEST_CASE("a shortcut of a message runs its command with what the message says",
                   "[slack][shortcut]", slack_place, http_place) {
  TestType at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make(true), ping()},
                {{"role", "noter=note"},
                 {"grant", "slack/" + at.world.team + "/" + at.world.alice + "=noter"}});
  bot.wait_until_online();
  const std::string said = at.slack.post(at.world.general, at.world.bob, "--text=no \"a &amp; b\"");
  const auto choose = [&](const std::string& user, const std::string& id) {
    return at.slack.message_shortcut(at.world.app.app_id, at.world.general, said, user, id);
  };
  SECTION("as whoever chose it") {
    const auto chosen = choose(at.world.alice, "note");
    REQUIRE(at.slack.wait_until([&] { return at.slack.responses().size() == 1; }));
    // One parameter, one value, whatever is in it.
    CHECK(note.count("--text=no \"a & b\"") == 1);
    CHECK(note.runs()[0].first == "slack/" + at.world.team + "/" + at.world.alice);
    CHECK(at.slack.wait_until(
        [&] { return at.slack.acknowledgement(chosen.id).value("acknowledged", false); }));
    CHECK(at.slack.responses()[0]["body"].value("response_type", "") == "ephemeral");
  }
  SECTION("who must be allowed to") {
    choose(at.world.bob, "note");
    REQUIRE(at.slack.wait_until([&] { return at.slack.responses().size() == 1; }));
    CHECK(at.slack.responses()[0]["body"].value("text", "").find("denied") != std::string::npos);
    CHECK(note.runs().empty());
  }
  SECTION("or as it is, if it has no parameters") {
    choose(at.world.bob, "ping");
    REQUIRE(at.slack.wait_until([&] { return at.slack.responses().size() == 1; }));
    CHECK(at.slack.responses()[0]["body"].value("text", "") == "pong");
  }
  SECTION("and one that names no command says so") {
    choose(at.world.bob, "frobnicate");
    REQUIRE(at.slack.wait_until([&] { return at.slack.responses().size() == 1; }));
    CHECK(at.slack.responses()[0]["body"].value("text", "").find("frobnicate") !=
          std::string::npos);
    bot.wait_for_log("a shortcut has the name of no command");
  }
  CHECK(at.slack.posted_count(at.world.general) == 0);
  CHECK(at.slack.violations().empty());
}

TEMPLATE_TEST_CASE("a shortcut from the menu runs its command, or asks for its parameters",
                   "[slack][shortcut]", slack_place, http_place) {
  TestType at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make(), ping()});
  bot.wait_until_online();
  const auto choose = [&](const std::string& id) {
    at.slack.global_shortcut(at.world.app.app_id, at.world.alice, id);
  };
  const auto has_said = [&](std::size_t count) {
    return at.slack.wait_until(
        [&at, count] { return at.slack.posted_count(at.world.dm) == count; });
  };
  choose("ping");
  REQUIRE(has_said(1));
  CHECK(at.answers(at.world.dm).back() == "pong");

  choose("note");
  REQUIRE(at.slack.wait_until([&] { return !at.slack.view_of(at.world.alice).is_null(); }));
  const json modal = at.slack.view_of(at.world.alice);
  json values;
  for (const json& block : modal["blocks"]) {
    if (block.value("type", "") != "input") continue;
    values[std::string(block["block_id"])][std::string(block["element"]["action_id"])] = "by form";
  }
  at.slack.submit_view(modal["id"], at.world.alice, values);
  REQUIRE(has_said(2));
  CHECK(note.count("by form") == 1);

  choose("frobnicate");
  REQUIRE(has_said(3));
  CHECK(at.answers(at.world.dm).back().find("frobnicate") != std::string::npos);
  CHECK(at.slack.violations().empty());
}

TEMPLATE_TEST_CASE("nobody is asked for the parameters of what they may not run",
                   "[slack][shortcut]", slack_place, http_place) {
  TestType at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()},
                {{"role", "outsider=-*"}, {"grant", "slack/guest=outsider"}});
  bot.wait_until_online();
  const auto home = [&] { return at.slack.view_of(at.world.alice, "home"); };
  at.slack.open_home(at.world.app.app_id, at.world.alice);
  REQUIRE(at.slack.wait_until([&] { return !home().is_null(); }));
  // The button stays where it was shown.
  std::string button;
  const json shown = home();
  for (const json& block : shown["blocks"]) {
    if (block.contains("accessory")) button = std::string(block["accessory"]["action_id"]);
  }
  REQUIRE_FALSE(button.empty());
  at.slack.change_user(at.world.alice, {{"is_restricted", true}});
  SECTION("by a shortcut") {
    at.slack.global_shortcut(at.world.app.app_id, at.world.alice, "note");
  }
  SECTION("by a button of the App Home") {
    at.slack.press_in_view(shown["id"], at.world.alice, button);
  }
  REQUIRE(at.slack.wait_until([&] { return at.slack.posted_count(at.world.dm) == 1; }));
  CHECK(at.answers(at.world.dm).back().starts_with("denied: "));
  bot.wait_for_log("audit: note outcome=denied who=slack/" + at.world.team + "/" + at.world.alice);
  CHECK(at.slack.call_count("views.open") == 0);
  // Who may is asked.
  at.slack.global_shortcut(at.world.app.app_id, at.world.bob, "note");
  CHECK(at.slack.wait_until([&] { return !at.slack.view_of(at.world.bob).is_null(); }));
  CHECK(at.slack.view_of(at.world.alice).is_null());
  CHECK(at.slack.violations().empty());
}
