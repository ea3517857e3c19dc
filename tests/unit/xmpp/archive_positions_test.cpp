// SPDX-License-Identifier: Apache-2.0
// What a bot that is started anew knows of what was said before.
#include "archive_positions.hpp"

#include "archive.hpp"
#include "catch.hpp"
#include "delay.hpp"
#include "kept_positions.hpp"
#include "kept_things.hpp"
#include "session_script.hpp"

using namespace mynah::xmpp;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

using positions = std::vector<archive_position>;

const std::string ops = "ops@rooms.test";
const archive_position::wall_time noon{24h * 365 * 50};

/// The ids that a session has had kept, each time.
class kept_ids {
 public:
  session_options options() {
    session_options made;
    made.rooms.entries.emplace_back(*jid::parse(ops));
    made.keep_heard = [this](const positions& changed) {
      ++times;
      for (const archive_position& each : changed) last.insert_or_assign(each.place, each.id);
    };
    return made;
  }

  int times = 0;
  std::map<std::string, std::string> last;
};

void say(session_script& script, const std::string& id) {
  script.server(live(ops + "/ann", "hello", id, ops));
}

/// What it keeps from one start to the next.
class position_store : public kept_things<kept_positions, archive_position> {
 public:
  position_store() : kept_things<kept_positions, archive_position>("bot@bots.test") {}
};

}  // namespace

TEST_CASE("a position is reached when all before it is the bot's", "[xmpp][catch_up]") {
  archive_positions heard;
  heard.heard("a", "a1", 1, noon);
  heard.heard("b", "b1", 2, noon);
  heard.heard("a", "a2", 3, noon);
  CHECK_FALSE(heard.changed());
  heard.handled(3);
  heard.handled(2);
  CHECK_FALSE(heard.changed());
  heard.handled(1);
  CHECK(heard.take_changed() == positions{{"a", "a2", noon}, {"b", "b1", noon}});
  CHECK_FALSE(heard.changed());
}

TEST_CASE("what nobody took before the line was cut is not reached", "[xmpp][catch_up]") {
  archive_positions heard;
  heard.heard("a", "a1", 1, noon);
  heard.lost();
  heard.handled(1);
  CHECK_FALSE(heard.changed());
  // Nor is what has no id in an archive.
  heard.heard("a", "", 2, noon);
  heard.handled(2);
  CHECK_FALSE(heard.changed());
}

TEST_CASE("what is never taken does not wait for ever", "[xmpp][catch_up]") {
  archive_positions heard;
  for (std::size_t i = 0; i <= archive_positions::most_waiting; ++i) {
    heard.heard("a", std::to_string(i), i + 1, noon);
  }
  CHECK(heard.take_changed() == positions{{"a", "0", noon}});
}

TEST_CASE("positions are kept for each input and account", "[xmpp][catch_up]") {
  position_store things;
  CHECK(things.load().empty());
  const auto now = std::chrono::floor<std::chrono::seconds>(things.clock->wall());
  things.open().keep({{"", "p1", now}, {ops, "a1 with blanks", now}});
  things.open().keep({{"", "p2", now}});
  things.open("xmpp:other").keep({{"", "o1", now}});
  things.open("xmpp", "bot@bots.test.evil").keep({{"", "e1", now}});
  CHECK(things.load() == positions{{"", "p2", now}, {ops, "a1 with blanks", now}});
  CHECK(things.load("xmpp:other") == positions{{"", "o1", now}});
}

TEST_CASE("what is too old or cannot be read is forgotten", "[xmpp][catch_up]") {
  position_store things;
  const auto now = std::chrono::floor<std::chrono::seconds>(things.clock->wall());
  things.open().keep({{ops, "a1", now - 24h * 366}, {"dev@rooms.test", "d1", now - 24h * 300}});
  for (const std::string text : {"", "12", "12 ", "x a1", " "}) {
    things.store->write([&](mynah::transaction& tx) {
      tx.put("xmpp.heard", "xmpp bot@bots.test bad" + text, text);
    });
  }
  CHECK(things.load() == positions{{"dev@rooms.test", "d1", now - 24h * 300}});
  std::size_t left = 0;
  things.store->read([&](mynah::transaction& tx) {
    tx.scan("xmpp.heard", "", [&](std::string_view, std::string_view) {
      ++left;
      return true;
    });
  });
  CHECK(left == 1);
}

TEST_CASE("without a store nothing is kept", "[xmpp][catch_up]") {
  position_store things;
  things.store = nullptr;
  things.open().keep({{"", "p1", noon}});
  CHECK(things.load().empty());
}

TEST_CASE("a session has kept what the bot has, a few seconds later and together",
          "[xmpp][catch_up]") {
  kept_ids kept;
  session_script script(kept.options());
  script.log_in();
  script.enter(ops);
  for (int i = 1; i <= 100; ++i) say(script, "a" + std::to_string(i));
  const auto events = script.events();
  for (const auto& each : events) {
    // The last one runs.
    if (each.id != ops + "/a100") script.talking.acknowledge(each.delivery);
  }
  CHECK(kept.times == 0);
  script.advance(5s);
  CHECK(kept.times == 1);
  CHECK(kept.last[ops] == "a99");
  script.talking.acknowledge(events.back().delivery);
  script.advance(4s);
  CHECK(kept.times == 1);
  // At the end what is left at once.
  script.talking.keep_now();
  CHECK(kept.times == 2);
  CHECK(kept.last[ops] == "a100");
  script.advance(60s);
  CHECK(kept.times == 2);
}

TEST_CASE("what needs no answer is done with when it has come", "[xmpp][catch_up]") {
  const bool managed = GENERATE(true, false);
  kept_ids kept;
  session_script script(kept.options());
  script.log_in(managed);
  script.enter(ops);
  // A chat state: no event comes of it.
  script.server("<message from='" + ops +
                "/ann' type='groupchat'><active "
                "xmlns='http://jabber.org/protocol/chatstates'/><stanza-id xmlns='urn:xmpp:sid:0' "
                "by='" +
                ops + "' id='a1'/></message>");
  say(script, "a2");
  script.advance(5s);
  CHECK(kept.last[ops] == "a1");
  script.talking.acknowledge(script.events().at(0).delivery);
  script.advance(5s);
  CHECK(kept.last[ops] == "a2");
}

TEST_CASE("a bot that is started anew asks for what it missed", "[xmpp][catch_up]") {
  session_options options;
  options.rooms.entries.emplace_back(*jid::parse(ops));
  options.news_age = 5min;
  session_script script(options);
  const auto ago = GENERATE(1min, 9min, 11min);
  script.talking.remember({{ops, "a7", script.wall - ago}, {"", "p7", script.wall - ago}});
  script.log_in();
  const question of_account(script.sent());
  REQUIRE(of_account.asked);
  CHECK(of_account.to.empty());
  script.server("<presence from='" + ops +
                "/mynah'><x xmlns='http://jabber.org/protocol/muc#user'>"
                "<status code='110'/></x></presence>");
  const question asked(script.sent());
  REQUIRE(asked.asked);
  CHECK(asked.to == ops);
  if (ago < 10min) {
    CHECK_THAT(of_account.text, ContainsSubstring("<after>p7</after>"));
    CHECK_THAT(asked.text, ContainsSubstring("<after>a7</after>"));
  } else {
    // Older than the bot would run; clocks may differ by as much again.
    CHECK_THAT(asked.text, !ContainsSubstring("<after>"));
    CHECK_THAT(asked.text, ContainsSubstring("<field var='start' type='text-single'><value>" +
                                             format_date_time(script.wall - 10min)));
  }
  script.server(archived(asked, ops, "a8", said_by(ops + "/ann", "!ping")));
  bool heard = false;
  for (const auto& each : script.events()) {
    heard = heard || (each.id == ops + "/a8" && each.origin == mynah::event_origin::person);
  }
  CHECK(heard);
}

TEST_CASE("what cannot be read is asked for once, even by a bot that is started anew",
          "[xmpp][catch_up]") {
  const bool managed = GENERATE(true, false);
  const bool alone = GENERATE(true, false);
  kept_ids kept;
  session_script script(kept.options());
  script.talking.remember({{ops, "a1", script.wall}});
  script.log_in(managed);
  (void)script.sent();
  script.server("<presence from='" + ops +
                "/mynah'><x xmlns='http://jabber.org/protocol/muc#user'>"
                "<status code='110'/></x></presence>");
  const question asked(script.sent());
  REQUIRE(asked.asked);
  (void)script.events();
  if (!alone) script.server(archived(asked, ops, "a2", said_by(ops + "/ann", "!ping")));
  // As the stream gives what is too much: without what is in it.
  script.server("<message from='" + ops + "' to='bot@bots.test/here'/>");
  script.server(last_page(asked, ops, "a3"));
  CHECK_FALSE(question(script.sent()).asked);
  script.advance(5s);
  if (!alone) {
    // What was read before it is not the bot's yet.
    CHECK_FALSE(kept.last.contains(ops));
    const auto events = script.events();
    REQUIRE(events.size() == 1);
    script.talking.acknowledge(events[0].delivery);
    script.advance(5s);
  }
  CHECK(kept.last[ops] == "a3");
}

TEST_CASE("own words in the account's archive hide nobody else's", "[xmpp][catch_up]") {
  session_script script;
  script.talking.remember({{"", "p0", script.wall}});
  script.log_in();
  const std::string from = "bot@bots.test";
  question asked(script.sent());
  std::size_t pages = 0;
  std::size_t others = 0;
  int id = 0;
  while (asked.asked) {
    REQUIRE(++pages <= catch_up::most_pages);
    for (int i = 0; i < 50; ++i) {
      const std::string who = i == 49 ? "ann@bots.test/x" : "bot@bots.test/here";
      script.server(archived(asked, from, "p" + std::to_string(++id), said_by(who, "hi", "chat")));
    }
    for (const auto& each : script.events()) {
      others += each.origin == mynah::event_origin::person ? 1U : 0U;
    }
    script.server(done(asked, from, "p" + std::to_string(id)));
    asked = question(script.sent());
  }
  // And yet nobody reads for ever.
  CHECK(pages == catch_up::most_pages);
  CHECK(others == pages);
}
