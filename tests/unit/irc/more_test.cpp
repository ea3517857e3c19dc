// SPDX-License-Identifier: Apache-2.0
// What is left out of long replies, and kept of replies that were sent in part.
#include "catch.hpp"
#include "kept_rests.hpp"
#include "partial_replies.hpp"
#include "render.hpp"

using mynah::address;
using mynah::outgoing;
using mynah::reply;
using namespace mynah::irc;
using namespace std::chrono_literals;

namespace {

using texts = std::vector<std::string>;

const mynah::clock::time_point start{1000s};

rendered_reply shown(const reply& body, std::size_t most, bool formatting = false) {
  rendering how;
  how.room = 40;
  how.most = most;
  how.formatting = formatting;
  how.more = "!more";
  return render(body, how);
}

}  // namespace

TEST_CASE("the rest of a long reply is the rest", "[irc][render][more]") {
  reply body("1\n2\n3\n4\n5\n6\n7");
  rendered_reply first = shown(body, 3);
  CHECK(first.messages == texts{"1", "2", "(5 more lines: !more)"});
  CHECK(first.left_out == 5);
  rendered_reply second = shown(first.rest, 3);
  CHECK(second.messages == texts{"3", "4", "(3 more lines: !more)"});
  rendered_reply third = shown(second.rest, 3);
  CHECK(third.messages == texts{"5", "6", "7"});
  CHECK(third.left_out == 0);
}

TEST_CASE("the rest begins within a line if that was split there", "[irc][render][more]") {
  std::string text;
  for (int i = 0; i < 60; ++i) text += "word" + std::to_string(i) + " ";
  std::string joined;
  reply left(text);
  int rounds = 0;
  for (;; ++rounds) {
    rendered_reply made = shown(left, 3);
    for (std::size_t i = 0; i < made.messages.size(); ++i) {
      if (made.left_out == 0 || i + 1 < made.messages.size()) joined += made.messages[i];
    }
    if (made.left_out == 0) break;
    left = made.rest;
  }
  CHECK(joined == text);
  CHECK(rounds > 3);
}

TEST_CASE("the rest is trusted no more than the reply was", "[irc][render][more]") {
  const std::string zwsp = "\xE2\x80\x8B";
  const reply body = reply("a\nb\n").untrusted("!op me").text("\n").emphasis("x y").code("z");
  const rendered_reply first = shown(body, 2);
  CHECK(shown(first.rest, 0).messages == texts{"b", zwsp + "!op me", "*x y*z"});
  const rendered_reply formatted = shown(body, 2, true);
  CHECK(shown(formatted.rest, 0, true).messages == texts{"b", zwsp + "!op me", "\x02x y\x02\x11z"});
}

TEST_CASE("with one message per reply everything can be had still", "[irc][render][more]") {
  const rendered_reply first = shown(reply("1\n2\n3"), 1);
  CHECK(first.messages == texts{"1"});
  const rendered_reply second = shown(first.rest, 1);
  CHECK(second.messages == texts{"2"});
  CHECK(shown(second.rest, 1).messages == texts{"3"});
}

TEST_CASE("a rest is bounded and says so", "[irc][render][more]") {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += "0123456789\n";
  const rendered_reply made = shown(reply(text), 10);
  CHECK(made.rest.plain().size() < 70'000);
  CHECK(made.rest.plain().ends_with("(the rest of 20000 lines was not kept)"));
}

TEST_CASE("everybody in a channel may ask for more", "[irc][more]") {
  kept_rests rests;
  const address channel("irc", "#c", "ann");
  CHECK(rests.can_keep(channel, false));
  rests.keep(channel, false, reply("old"), start);
  rests.keep(channel, false, reply("rest"), start);
  CHECK_FALSE(rests.take(address("irc", "#d", "ann"), "bob", start));
  CHECK_FALSE(rests.take(address("irc:x", "#c", "ann"), "bob", start));
  const auto rest = rests.take(address("irc", "#c", "bob"), "bob", start + 15min);
  REQUIRE(rest);
  CHECK(rest->plain() == "rest");
  CHECK_FALSE(rests.take(channel, "ann", start));
  rests.keep(channel, false, reply("rest"), start);
  CHECK_FALSE(rests.take(channel, "ann", start + 15min + 1s));
}

TEST_CASE("the rest of what was for some of a channel is not for all", "[irc][more]") {
  kept_rests rests;
  const address operators("irc", "#c", "ann", "@");
  rests.keep(operators, false, reply("secret"), start);
  CHECK_FALSE(rests.take(address("irc", "#c", "bob"), "bob", start));
  CHECK(rests.take(operators, "bob", start));
}

TEST_CASE("in private more is for who asked, not for who has the nick now", "[irc][more]") {
  kept_rests rests;
  const address room("irc", "ann", "ann", {}, true);
  CHECK_FALSE(rests.can_keep(room, true));
  rests.keep(room, true, reply("rest"), start);
  CHECK_FALSE(rests.take(room, "ann!a@x", start));
  rests.heard(room, "ann!a@x", start);
  CHECK(rests.can_keep(room, true));
  rests.keep(room, true, reply("rest"), start);
  rests.heard(room, "ann!b@y", start);
  CHECK_FALSE(rests.take(room, "ann!b@y", start));
  CHECK(rests.take(room, "ann!a@x", start));
}

TEST_CASE("what is kept is bounded", "[irc][more]") {
  kept_rests rests;
  partial_replies partials;
  for (int i = 0; i < 1000; ++i) {
    const address room("irc", "#" + std::to_string(i), "ann");
    rests.keep(room, false, reply("rest"), start + std::chrono::seconds(i));
    partials.keep(outgoing(room, reply("x")), {"y"}, start + std::chrono::seconds(i));
  }
  int kept = 0;
  int partial = 0;
  for (int i = 0; i < 1000; ++i) {
    const address room("irc", "#" + std::to_string(i), "ann");
    if (rests.take(room, "ann", start)) ++kept;
    if (partials.take(outgoing(room, reply("x")), start)) ++partial;
  }
  CHECK(kept == 256);
  CHECK(partial == 256);
}

TEST_CASE("what is left of a reply is said only when the same one comes again", "[irc][partial]") {
  partial_replies partials;
  outgoing message(address("irc", "#c"), reply("one\ntwo"));
  message.stamp = "a";
  partials.keep(message, {"two"}, start);
  outgoing other = message;
  other.stamp = "b";
  CHECK_FALSE(partials.take(other, start));
  // And then no more: the reply was given up.
  CHECK_FALSE(partials.take(message, start));
  partials.keep(message, {"two"}, start);
  other = outgoing(address("irc", "#c"), reply("one\ntwo!"));
  other.stamp = "a";
  CHECK_FALSE(partials.take(other, start));
  partials.keep(message, {"two"}, start);
  CHECK_FALSE(partials.take(message, start + 61min));
  partials.keep(message, {"two"}, start);
  CHECK(partials.take(message, start + 1min) == texts{"two"});
}
