// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "api_client.hpp"
#include "catch.hpp"

using namespace mynah_test::slack;

namespace {

class scene {
 public:
  scene() { (void)link.read(); }

  emulator slack;
  small_world world{slack};
  api_client bot{slack, world.bot.bot_token};
  link_client link{slack,
                   api_client(slack, world.app.app_token).call("apps.connections.open")["url"]};

  json next() {
    const json envelope = link.read();
    link.acknowledge(envelope);
    return envelope["payload"]["event"];
  }
};

}  // namespace

TEST_CASE("a mention is two events of one message", "[slack emulator]") {
  scene s;
  const std::string text = "<@" + s.world.bot.bot_user_id + "> deploy";
  const std::string ts = s.slack.post(s.world.general, s.world.alice, text);
  const json message = s.next();
  const json mention = s.next();
  CHECK(message["type"] == "message");
  CHECK(mention["type"] == "app_mention");
  CHECK_FALSE(mention.contains("channel_type"));
  CHECK(message["ts"] == ts);
  CHECK(mention["ts"] == ts);
  CHECK(message["client_msg_id"] == mention["client_msg_id"]);
  // The other order, and none in direct messages.
  post_options first;
  first.mention_first = true;
  s.slack.post(s.world.general, s.world.alice, text, first);
  CHECK(s.next()["type"] == "app_mention");
  CHECK(s.next()["type"] == "message");
  s.slack.post(s.world.dm, s.world.alice, text);
  CHECK(s.next()["channel_type"] == "im");
  s.slack.post(s.world.dm, s.world.alice, "next");
  CHECK(s.next()["text"] == "next");
}

TEST_CASE("a bot hears itself", "[slack emulator]") {
  scene s;
  (void)s.bot.call("chat.postMessage", {{"channel", s.world.general}, {"text", "mine"}});
  const json own = s.next();
  CHECK(own["bot_id"] == s.world.bot.bot_id);
  CHECK(own["user"] == s.world.bot.bot_user_id);
  CHECK_FALSE(own.contains("subtype"));
}

TEST_CASE("edits, deletions, reactions and joins are told", "[slack emulator]") {
  scene s;
  const std::string ts = s.slack.post(s.world.general, s.world.alice, "one");
  (void)s.next();
  s.slack.edit(s.world.general, ts, "two");
  json event = s.next();
  CHECK(event["subtype"] == "message_changed");
  CHECK(event["message"]["text"] == "two");
  CHECK(event["previous_message"]["text"] == "one");
  CHECK_FALSE(event.contains("text"));
  s.slack.react(s.world.general, ts, s.world.bob, "eyes");
  event = s.next();
  CHECK(event["type"] == "reaction_added");
  CHECK(event["item"]["ts"] == ts);
  CHECK(event["item_user"] == s.world.alice);
  s.slack.erase(s.world.general, ts);
  event = s.next();
  CHECK(event["subtype"] == "message_deleted");
  CHECK(event["deleted_ts"] == ts);
  new_user person;
  person.name = "carol";
  s.slack.join(s.world.general, s.slack.add_user(s.world.team, person));
  CHECK(s.next()["type"] == "member_joined_channel");
  CHECK(s.next()["subtype"] == "channel_join");
}

TEST_CASE("events need a subscription, a scope and membership", "[slack emulator]") {
  scene s;
  new_channel other;
  other.name = "other";
  other.members = {s.world.alice};
  s.slack.post(s.slack.add_channel(s.world.team, other), s.world.alice, "not for us");
  s.slack.set_scopes(s.world.bot.bot_token, {"im:history"});
  s.slack.post(s.world.general, s.world.alice, "not for us");
  s.slack.post(s.world.dm, s.world.alice, "for us");
  CHECK(s.next()["text"] == "for us");
}

TEST_CASE("people post only where they are", "[slack emulator]") {
  scene s;
  CHECK_THROWS_AS(s.slack.post(s.world.dm, s.world.bob, "x"), std::invalid_argument);
  CHECK_THROWS_AS(s.slack.post("C0NOWHERE", s.world.bob, "x"), std::invalid_argument);
}

TEST_CASE("only so many events are delivered in an hour", "[slack emulator]") {
  options how;
  how.manual_time = true;
  how.events_per_hour = 3;
  emulator slack(how);
  small_world world(slack);
  link_client link(slack,
                   api_client(slack, world.app.app_token).call("apps.connections.open")["url"]);
  (void)link.read();
  const auto next = [&] {
    const json envelope = link.read();
    link.acknowledge(envelope);
    return envelope["payload"];
  };
  for (int i = 0; i < 3; ++i) {
    slack.post(world.general, world.alice, std::to_string(i));
    CHECK(next()["event"]["text"] == std::to_string(i));
  }
  slack.post(world.general, world.alice, "lost");
  const json told = next();
  CHECK(told["type"] == "app_rate_limited");
  CHECK(told["team_id"] == world.team);
  CHECK(told["minute_rate_limited"].get<std::uint64_t>() % 60 == 0);
  CHECK_FALSE(told.contains("event"));
  // Said once in a minute.
  slack.post(world.general, world.alice, "lost, too");
  slack.advance(std::chrono::hours(1));
  slack.post(world.general, world.alice, "heard");
  CHECK(next()["event"]["text"] == "heard");
}

TEST_CASE("an assistant's thread is begun by a user, and what is said ends its status",
          "[slack emulator]") {
  new_app app;
  app.events.insert("assistant_thread_started");
  emulator slack;
  small_world world(slack, app);
  api_client bot(slack, world.bot.bot_token);
  link_client link(slack,
                   api_client(slack, world.app.app_token).call("apps.connections.open")["url"]);
  (void)link.read();
  const std::string thread = slack.open_assistant(world.app.app_id, world.alice);
  // The message that the thread hangs on, then the event.
  const json root = link.read();
  CHECK(root["payload"]["event"]["subtype"] == "assistant_app_thread");
  link.acknowledge(root);
  const json envelope = link.read();
  link.acknowledge(envelope);
  const json begun = envelope["payload"]["event"];
  CHECK(begun["type"] == "assistant_thread_started");
  CHECK(begun["assistant_thread"]["thread_ts"] == thread);
  CHECK(begun["assistant_thread"]["channel_id"] == world.dm);
  CHECK(begun["assistant_thread"]["user_id"] == world.alice);

  json where = {{"channel_id", world.dm}, {"thread_ts", thread}, {"status", "is looking"}};
  CHECK(bot.error("assistant.threads.setStatus", where).empty());
  CHECK(slack.assistant_threads()[0]["status"] == "is looking");
  (void)bot.call("chat.postMessage",
                 {{"channel", world.dm}, {"thread_ts", thread}, {"text", "found"}});
  CHECK(slack.assistant_threads()[0]["status"] == "");
  where["thread_ts"] = "1700000000.000100";
  CHECK(bot.error("assistant.threads.setStatus", where) == "thread_not_found");
  where["thread_ts"] = thread;
  where.erase("status");
  CHECK(bot.error("assistant.threads.setStatus", where) == "invalid_arguments");
}
