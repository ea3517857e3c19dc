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
