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

namespace {

mynah_test::slack::options unlimited() {
  mynah_test::slack::options made;
  made.rate_limits = false;
  return made;
}

// Each call of the method is as slow as Slack may ever be.
mynah_test::slack::fault never_answered(const std::string& method, int times) {
  mynah_test::slack::fault made;
  made.method = method;
  made.kind = mynah_test::slack::fault_kind::hang;
  made.times = times;
  return made;
}

// A channel of people who have never spoken, and of Alice.
class crowd {
 public:
  crowd(slack_place& at, int size) {
    mynah_test::slack::new_channel room;
    room.name = "crowd";
    room.members = {at.world.alice, at.world.bot.bot_user_id};
    for (int i = 0; i < size; ++i) {
      mynah_test::slack::new_user one;
      one.name = "user" + std::to_string(i);
      users.push_back(at.slack.add_user(at.world.team, one));
      room.members.push_back(users.back());
    }
    channel = at.slack.add_channel(at.world.team, room);
  }

  std::vector<std::string> users;
  std::string channel;
};

}  // namespace

TEST_CASE("a slow conversations.open holds up nobody else", "[slack][identity]") {
  slack_place at(unlimited());
  auto settings = at.settings();
  settings["pacing"] = "no";
  slack_bot bot(settings, {ping()});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!ping");
  at.slack.post(at.world.general, at.world.bob, "!ping");
  REQUIRE(at.has_said(2));
  mynah_test::slack::fault trouble = never_answered("conversations.open", 1);
  const bool hangs = GENERATE(false, true);
  if (!hangs) {
    trouble.kind = mynah_test::slack::fault_kind::rate_limited;
    trouble.retry_after = 25;
  }
  at.slack.inject(trouble);
  const auto chosen = at.slack.global_shortcut(at.world.app.app_id, at.world.alice, "ping");
  REQUIRE(at.slack.wait_until([&] { return at.slack.call_count("conversations.open") == 1; }));
  at.slack.post(at.world.general, at.world.bob, "!ping");
  REQUIRE(at.has_said(3));
  // And whoever it is for is heard in time, and answered.
  REQUIRE(at.slack.wait_until(
      [&] { return at.slack.acknowledgement(chosen.id).value("acknowledged", false); }));
  REQUIRE(at.slack.wait_until([&] { return at.slack.posted_count(at.world.dm) == 1; }));
  CHECK(at.slack.violations().empty());
}

TEST_CASE(
    "who is slow to be known holds up their own room only, and all of them are asked for "
    "side by side",
    "[slack][identity]") {
  slack_place at(unlimited());
  const crowd strangers(at, 24);
  noted_command note;
  auto settings = at.settings();
  settings["pacing"] = "no";
  slack_bot bot(settings, {note.make()},
                {{"role", "outsider=-*"}, {"grant", "slack/guest=outsider"}});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!note known");
  REQUIRE(at.has_said(1));
  at.slack.inject(never_answered("users.info", -1));
  for (const std::string& each : strangers.users) {
    at.slack.post(strangers.channel, each, "!note stranger");
  }
  at.slack.post(strangers.channel, at.world.alice, "!note behind");
  at.slack.post(at.world.general, at.world.alice, "!note elsewhere");
  REQUIRE(at.slack.wait_until([&] { return note.runs().size() == 3; }));
  // What was said later elsewhere is heard first.
  CHECK(note.runs()[1].second == "elsewhere");
  CHECK(note.runs()[2].second == "behind");
  // Nobody knows whether they are guests.
  REQUIRE(
      at.slack.wait_until([&] { return at.slack.ephemerals().size() == strangers.users.size(); }));
  CHECK(note.count("stranger") == 0);
  CHECK(at.slack.wait_until([&] { return at.slack.deliveries().pending == 0; }));
  CHECK(at.slack.deliveries().redelivered == 0);
  CHECK(at.slack.violations().empty());
}

TEST_CASE("what is said in a room is heard in order, whoever says it", "[slack][identity]") {
  slack_place at(unlimited());
  const crowd speakers(at, 10);
  noted_command note;
  auto settings = at.settings();
  settings["pacing"] = "no";
  slack_bot bot(settings, {note.make()});
  bot.wait_until_online();
  // The first ones to be asked for are the last ones to be known.
  mynah_test::slack::fault slow = never_answered("users.info", 3);
  slow.kind = mynah_test::slack::fault_kind::slow;
  slow.delay = std::chrono::milliseconds(300);
  at.slack.inject(slow);
  for (std::size_t i = 0; i < 40; ++i) {
    at.slack.post(speakers.channel, speakers.users[i % speakers.users.size()],
                  "!note " + std::to_string(i));
  }
  REQUIRE(at.slack.wait_until([&] { return note.runs().size() == 40; }));
  const auto runs = note.runs();
  for (std::size_t i = 0; i < runs.size(); ++i) CHECK(runs[i].second == std::to_string(i));
  // Each was asked for once.
  CHECK(at.slack.call_count("users.info") == speakers.users.size());
}
