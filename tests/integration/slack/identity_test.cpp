// SPDX-License-Identifier: Apache-2.0
// Who speaks: ids, guests, strangers, user groups.
#include "catch.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;

TEST_CASE("a name is no identity, the ids of team and user are", "[slack][identity]") {
  slack_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!note x");
  REQUIRE(at.has_said(1));
  CHECK(note.runs()[0].first == "slack/" + at.world.team + "/" + at.world.alice);
}

TEST_CASE("guests and strangers can be kept out by role", "[slack][identity]") {
  slack_place at;
  mynah_test::slack::new_user guest;
  guest.name = "guest";
  guest.is_restricted = true;
  const std::string restricted = at.slack.add_user(at.world.team, guest);
  mynah_test::slack::new_workspace elsewhere;
  elsewhere.name = "Elsewhere";
  elsewhere.domain = "elsewhere";
  mynah_test::slack::new_user stranger;
  stranger.name = "stranger";
  stranger.home_team = at.slack.add_workspace(elsewhere);
  const std::string external = at.slack.add_user(at.world.team, stranger);
  at.slack.join(at.world.general, restricted);
  at.slack.join(at.world.general, external);
  noted_command note;
  slack_bot bot(
      at.settings(), {note.make()},
      {{"role", "outsider=-*"}, {"grant", "slack/guest=outsider,slack/external=outsider"}});
  bot.wait_until_online();
  at.slack.post(at.world.general, restricted, "!note guest");
  at.slack.post(at.world.general, external, "!note stranger");
  at.slack.post(at.world.general, at.world.alice, "!note member");
  REQUIRE(at.slack.wait_until([&] { return note.count("member") == 1; }));
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 2; }));
  CHECK(note.runs().size() == 1);
}

TEST_CASE("who becomes a guest is one at once", "[slack][identity]") {
  slack_place at;
  noted_command note;
  slack_bot bot(at.settings(), {note.make()},
                {{"role", "outsider=-*"}, {"grant", "slack/guest=outsider"}});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!note one");
  REQUIRE(at.has_said(1));
  at.slack.change_user(at.world.alice, {{"is_restricted", true}});
  at.slack.post(at.world.general, at.world.alice, "!note two");
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 1; }));
  CHECK(note.count("two") == 0);
}

TEST_CASE("members of a user group have its grants, as long as Slack tells who they are",
          "[slack][identity]") {
  slack_place at;
  const std::string group = at.slack.add_usergroup(at.world.team, "ops", {at.world.alice});
  noted_command note;
  slack_bot bot(at.settings(), {note.make(true)},
                {{"role", "noter=note"}, {"grant", "slack/usergroup/" + group + "=noter"}});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!note alice");
  at.slack.post(at.world.general, at.world.bob, "!note bob");
  REQUIRE(at.slack.wait_until(
      [&] { return note.count("alice") == 1 && at.slack.ephemerals().size() == 1; }));
  CHECK(note.count("bob") == 0);

  // Not for ever on what was known once.
  mynah_test::slack::fault silence;
  silence.method = "usergroups.list";
  silence.kind = mynah_test::slack::fault_kind::api_error;
  silence.text = "internal_error";
  silence.times = -1;
  at.slack.inject(silence);
  bot.wait_for_log("slack: online");
  for (int i = 0; i < 80; ++i) bot.forward(std::chrono::seconds(15));
  bot.wait_for_log("user groups are not known");
  REQUIRE(at.slack.wait_until([&] { return at.slack.connections() >= 1; }));
  at.slack.post(at.world.general, at.world.alice, "!note later");
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 2; }));
  CHECK(note.count("later") == 0);
}

TEST_CASE("whoever may be a guest counts as one", "[slack][identity]") {
  slack_place at;
  mynah_test::slack::fault silence;
  silence.method = "users.info";
  silence.kind = mynah_test::slack::fault_kind::api_error;
  silence.text = "user_not_found";
  silence.times = -1;
  at.slack.inject(silence);
  noted_command note;
  slack_bot bot(at.settings(), {note.make()},
                {{"role", "outsider=-*"}, {"grant", "slack/guest=outsider"}});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!note x");
  REQUIRE(at.slack.wait_until([&] { return at.slack.ephemerals().size() == 1; }));
  CHECK(note.runs().empty());
}
