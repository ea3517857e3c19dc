// SPDX-License-Identifier: Apache-2.0
// The life of the WebSockets: nothing is missed and nothing runs twice, whatever becomes of them.
#include <mynah/sqlite.hpp>

#include "catch.hpp"
#include "slack_bot.hpp"
#include "temp_directory.hpp"

using namespace mynah_test;

namespace {

mynah_test::slack::options unlimited() {
  mynah_test::slack::options made;
  made.rate_limits = false;
  return made;
}

running_bot::settings quick(const slack_place& at) {
  auto made = at.settings();
  made["pacing"] = "no";
  return made;
}

}  // namespace

TEST_CASE("a connection that is refreshed is replaced before it closes", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  const bool warned = GENERATE(true, false);
  for (std::size_t round = 0; round < 3; ++round) {
    const std::string number = std::to_string(round);
    at.slack.post(at.world.general, at.world.alice, "!note before" + number);
    at.slack.disconnect(warned ? "warning" : "refresh_requested");
    at.slack.post(at.world.general, at.world.alice, "!note after" + number);
    bot.wait_for_log("slack: connected", round + 1);
    if (warned) {
      // The old one is still there, and takes events.
      REQUIRE(at.slack.wait_until([&] { return note.count("after" + number) == 1; }));
      REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 2; }));
      at.slack.advance(std::chrono::seconds(12));
    } else {
      // What fell between the two comes again after a minute.
      at.slack.advance(std::chrono::seconds(70));
      REQUIRE(at.slack.wait_until([&] { return note.count("after" + number) == 1; }));
    }
    REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 1; }));
    bot.forward(std::chrono::seconds(15));  // it has lived long enough
  }
  CHECK(note.runs().size() == 6);
  CHECK(at.slack.deliveries().lost == 0);
}

TEST_CASE("what was not acknowledged when the connection was cut runs once", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) {
      at.slack.post(at.world.general, at.world.alice,
                    "!note r" + std::to_string(round) + "-" + std::to_string(i));
    }
    at.slack.drop();
    // What was on its way is delivered again, some of it much later.
    REQUIRE(at.slack.wait_until([&] { return at.slack.connections() >= 1; }));
    at.slack.advance(std::chrono::seconds(70));
    REQUIRE(at.slack.wait_until(
        [&] { return note.runs().size() == static_cast<std::size_t>(10 * (round + 1)); }));
  }
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) {
      CHECK(note.count("r" + std::to_string(round) + "-" + std::to_string(i)) == 1);
    }
  }
}

TEST_CASE("an event that is delivered again does not run again, nor in the next process",
          "[slack][socket]") {
  slack_place at(unlimited());
  temp_directory state;
  noted_command note;
  const running_bot::settings own = {{"store", "sqlite"},
                                     {"state-dir", state.path().string()},
                                     {"role", "all=*"},
                                     {"grant", "slack/*=all"}};
  {
    slack_bot bot(quick(at), {note.make(true)}, own, {}, {&mynah::sqlite::plugin()});
    bot.wait_until_online();
    at.slack.duplicate_envelopes(3);
    at.slack.post(at.world.general, at.world.alice, "!note one");
    at.slack.duplicate_envelopes(1);
    at.slack.post(at.world.general, at.world.alice, "!note two");
    REQUIRE(at.has_said(2));
    CHECK(note.count("one") == 1);
  }
  {
    slack_bot bot(quick(at), {note.make(true)}, own, {}, {&mynah::sqlite::plugin()});
    bot.wait_until_online();
    // As Slack does when an acknowledgement was lost with the process.
    mynah_test::slack::json event;
    const auto first = at.slack.messages(at.world.general)[0];
    event["type"] = "message";
    event["channel"] = at.world.general;
    event["channel_type"] = "channel";
    event["user"] = at.world.alice;
    event["text"] = "!note one";
    event["ts"] = first.value("ts", "");
    at.slack.send_event(at.world.app.app_id, at.world.team, event);
    at.slack.post(at.world.general, at.world.alice, "!note three");
    REQUIRE(at.slack.wait_until([&] { return note.count("three") == 1; }));
    CHECK(note.count("one") == 1);
  }
}

TEST_CASE("several connections share the events", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  auto settings = quick(at);
  settings["connections"] = "3";
  slack_bot bot(settings, {note.make()});
  bot.wait_until_online();
  REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 3; }));
  for (int i = 0; i < 30; ++i) {
    at.slack.post(at.world.general, at.world.alice, "!note " + std::to_string(i));
    if (i == 10) at.slack.drop(0);
    if (i == 20) at.slack.drop(1, false);
  }
  at.slack.advance(std::chrono::seconds(5));
  REQUIRE(at.slack.wait_until([&] { return note.runs().size() == 30; }));
  REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 3; }));
}

TEST_CASE("a connection that has died silently is replaced", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  at.slack.fall_silent(true);
  bot.forward(std::chrono::seconds(10));
  bot.forward(std::chrono::seconds(10));
  bot.forward(std::chrono::seconds(20));
  bot.wait_for_log("is silent, giving it up");
  at.slack.fall_silent(false);
  bot.wait_for_log("connected");
  at.slack.post(at.world.general, at.world.alice, "!note alive");
  at.slack.advance(std::chrono::seconds(5));
  REQUIRE(at.slack.wait_until([&] { return note.count("alive") == 1; }));
}

TEST_CASE("frames that are no envelopes are read over", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  at.slack.send_text("null");
  at.slack.send_text("not json at all");
  at.slack.send_text("[1,2]");
  bot.wait_for_log("Slack sent something that is no envelope");
  at.slack.send_text(R"({"type":"brand_new","envelope_id":"e-1","payload":17})");
  at.slack.send_text(R"({"type":"events_api","envelope_id":"e-2","payload":"text"})");
  at.slack.send_binary(std::string("\x00\x01\x02", 3));
  at.slack.send_ping();
  at.slack.fragment_envelopes(50);
  at.slack.post(at.world.general, at.world.alice, "!note fragments");
  at.slack.fragment_envelopes(0);
  mynah_test::slack::post_options big;
  big.blocks = mynah_test::slack::json::array();
  big.blocks.push_back({{"type", "unknown"}, {"padding", std::string(2'000'000, 'x')}});
  at.slack.post(at.world.general, at.world.alice, "!note huge", big);
  REQUIRE(at.slack.wait_until([&] { return note.runs().size() == 2; }));
  CHECK(at.slack.accepted_connections() < 8);  // nothing was torn down for it
}

TEST_CASE("bytes that are no frames end the connection, and the next one comes",
          "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  // As much as the longest header has: before, it might still become a frame.
  at.slack.send_bytes("\xff\xff\xff garbage that is no frame");
  bot.wait_for_log("a connection to Slack was lost");
  bot.wait_for_log("slack: connected");
  at.slack.post(at.world.general, at.world.alice, "!note again");
  at.slack.advance(std::chrono::seconds(5));
  REQUIRE(at.slack.wait_until([&] { return note.count("again") == 1; }));
}

TEST_CASE("a burst of ten thousand events is taken, once each", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  at.slack.flood(at.world.general, at.world.alice, "!note n{n}", 10'000, 0);
  REQUIRE(
      at.slack.wait_until([&] { return note.runs().size() >= 10'000; }, std::chrono::seconds(120)));
  CHECK(at.slack.deliveries().lost == 0);
  CHECK(note.runs().size() == 10'000);
  CHECK(note.count("n9999") == 1);
}

TEST_CASE("events are taken while the Web API is slow", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  mynah_test::slack::fault hanging;
  hanging.method = "chat.postMessage";
  hanging.kind = mynah_test::slack::fault_kind::hang;
  hanging.times = -1;
  at.slack.inject(hanging);
  for (int i = 0; i < 50; ++i) {
    at.slack.post(at.world.general, at.world.alice, "!note " + std::to_string(i));
  }
  REQUIRE(at.slack.wait_until([&] { return note.runs().size() == 50; }));
  REQUIRE(at.slack.wait_until([&] { return at.slack.deliveries().pending == 0; }));
}

TEST_CASE("too many connections and a switched-off Socket Mode are waited for", "[slack][socket]") {
  slack_place at(unlimited());
  noted_command note;
  slack_bot bot(quick(at), {note.make()});
  bot.wait_until_online();
  const char* const reason = GENERATE("too_many_websockets", "link_disabled");
  at.slack.disconnect(reason);
  at.slack.drop();
  REQUIRE(at.slack.wait_until([&] { return at.slack.connections() == 0; }));
  REQUIRE(
      bot.forward_until(at, std::chrono::seconds(5), [&] { return at.slack.connections() >= 1; }));
  at.slack.post(at.world.general, at.world.alice, "!note back");
  REQUIRE(at.slack.wait_until([&] { return note.count("back") == 1; }));
}
