// SPDX-License-Identifier: Apache-2.0
// Who comes and goes, one by one and by hundreds.
#include "catch.hpp"
#include "netsplits.hpp"
#include "session_script.hpp"

using mynah::event;
using mynah::event_origin;
using mynah::event_type;
using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono_literals;

namespace {

class watcher : public session_script {
 public:
  watcher() {
    log_in();
    server({":mynah!u@h JOIN #c", ":mynah!u@h JOIN #d"});
    (void)events();
  }
  void each_of(int count, const std::string& line, const std::string& tags = {}) {
    for (int i = 0; i < count; ++i) {
      server({tags + ":p" + std::to_string(i) + "!u@h" + std::to_string(i) + " " + line});
    }
  }
};

std::string told(const event& one) {
  return std::string(one.tag("irc")) + "|" + one.text + "|" + std::string(one.tag("count"));
}

}  // namespace

TEST_CASE("quitting, a new nick and being kicked out are told", "[irc][session][events]") {
  watcher script;
  script.server({":ann!a@h JOIN #c", ":ann!a@h JOIN #D", ":ann!a@h NICK :anna",
                 "@account=op :op!o@h KICK #C anna :bye", ":anna!a@h QUIT :gone"});
  const auto events = script.events();
  REQUIRE(events.size() == 5);
  CHECK(events[2].type == event_type::raw);
  CHECK(events[2].tag("irc") == "NICK");
  CHECK(events[2].tag("nick") == "anna");
  CHECK(events[2].tag("channels") == "#c,#d");
  CHECK(events[2].from == mynah::address("irc", "", "ann"));
  CHECK(events[3].type == event_type::part);
  CHECK(events[3].tag("irc") == "KICK");
  CHECK(events[3].tag("by") == "op!o@h");
  CHECK(events[3].from == mynah::address("irc", "#c", "anna"));
  CHECK(events[3].text == "bye");
  CHECK(events[3].origin == event_origin::person);
  CHECK(events[4].type == event_type::raw);
  CHECK(events[4].tag("irc") == "QUIT");
  CHECK(events[4].tag("channels") == "#d");
  CHECK(events[4].text == "gone");
}

TEST_CASE("who kicks lends nobody his account", "[irc][session][events]") {
  session_script script;
  script.server({"CAP * LS :account-tag", "CAP * ACK :account-tag"});
  script.log_in();
  script.server({":mynah!u@h JOIN #c", "@account=op :op!o@h KICK #c ann :bye",
                 "@account=op :op!o@h KICK #c mynah :bye"});
  const auto events = script.events();
  REQUIRE(events.size() == 3);
  CHECK(events[1].principal.key() == "unverified:irc/ann!@");
  CHECK(events[2].origin == event_origin::self);
}

TEST_CASE("names and the topic of a channel are told", "[irc][session][events]") {
  watcher script;
  script.server({":irc.test 332 mynah #C :what it is about", ":irc.test 353 mynah = #c :@ann +bob",
                 ":irc.test 366 mynah #c :End", ":irc.test 332 mynah", ":irc.test 353 mynah ="});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].type == event_type::topic);
  CHECK(events[0].tag("irc") == "332");
  CHECK(events[0].from.room == "#c");
  CHECK(events[0].text == "what it is about");
  CHECK(events[1].type == event_type::raw);
  CHECK(events[1].tag("irc") == "NAMES");
  CHECK(events[1].text == "@ann +bob");
}

TEST_CASE("texts of splits", "[irc][netsplit]") {
  for (const char* text : {"one.test two.test", "*.net *.split", "irc-1.a.net hub_2.a.net"}) {
    CAPTURE(text);
    CHECK(netsplits::is_split(text));
  }
  for (const char* text :
       {"", " ", "one.test", "one.test ", " one.test", "one two", "one.test one.test",
        "Quit: one.test two.test", "one.test two.test three.test", ".one two.",
        "one.test two.test.", "http://a.test b.test", "one.test two,test",
        "Ping timeout: 240 seconds"}) {
    CAPTURE(text);
    CHECK_FALSE(netsplits::is_split(text));
  }
  CHECK_FALSE(netsplits::is_split(std::string(70, 'a') + ".test two.test"));
}

TEST_CASE("five hundred people lost in a split are one event", "[irc][session][netsplit]") {
  watcher script;
  script.each_of(500, "JOIN #c");
  script.each_of(500, "JOIN #d");
  (void)script.events();
  script.each_of(500, "QUIT :one.test two.test");
  script.server({":ann!a@h QUIT :bye"});
  auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].tag("irc") == "QUIT");
  script.advance(4s);
  CHECK(script.events().empty());
  script.advance(1s);
  events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].type == event_type::raw);
  CHECK(told(events[0]) == "netsplit|one.test two.test|500");
  // And back.
  script.advance(10min);
  script.each_of(500, "JOIN #c");
  script.each_of(499, "JOIN #d");
  script.server({":new!n@h JOIN #c"});
  events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].from.user == "new");
  script.advance(5s);
  events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(told(events[0]) == "netjoin|one.test two.test|999");
  // One more channel later is news, and so is all that comes then.
  script.advance(1min);
  script.server({":p499!u@h499 JOIN #d", ":p499!u@h499 PART #d", ":p499!u@h499 JOIN #d"});
  CHECK(script.events().size() == 3);
}

TEST_CASE("a split with batches is told when the batch is complete", "[irc][session][netsplit]") {
  watcher script;
  script.server({"BATCH +1 netsplit one.test two.test"});
  script.each_of(100, "QUIT :whatever", "@batch=1 ");
  CHECK(script.events().empty());
  script.server({"BATCH -1"});
  auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(told(events[0]) == "netsplit|one.test two.test|100");
  script.server({"BATCH +2 netjoin one.test two.test", "@batch=2 :never!seen@h JOIN #c"});
  script.each_of(100, "JOIN #c", "@batch=2 ");
  CHECK(script.events().empty());
  script.server({"BATCH -2", "BATCH -2", "BATCH", "BATCH +3 netsplit", "BATCH -3"});
  events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(told(events[0]) == "netjoin|one.test two.test|101");
}

TEST_CASE("a split that does not end is told at last", "[irc][session][netsplit]") {
  watcher script;
  for (int i = 0; i < 20; ++i) {
    script.each_of(1, "QUIT :one.test two.test");
    script.advance(3s);
  }
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(told(events[0]) == "netsplit|one.test two.test|20");
}

TEST_CASE("the nick of who was lost means nobody any more", "[irc][session][netsplit]") {
  session_script script;
  script.server(
      {"CAP * LS :account-notify extended-join", "CAP * ACK :account-notify extended-join"});
  script.log_in();
  script.server({":mynah!u@h JOIN #c mynah :bot", ":ann!a@h JOIN #c annie :Ann",
                 ":ann!a@h QUIT :one.test two.test"});
  (void)script.events();
  script.server({":ann!e@vil PRIVMSG mynah :x"});
  CHECK(script.events().at(0).principal.key() == "unverified:irc/ann!e@vil");
  // Nor is everybody back who has such a nick.
  script.server({":ann!e@vil JOIN #c * :Eve"});
  CHECK(script.events().size() == 1);
}

TEST_CASE("what is kept of splits is bounded", "[irc][netsplit]") {
  netsplits splits;
  netsplits::time_point now{1h};
  const auto line = [](int i, const std::string& rest) {
    return message::parse(":p" + std::to_string(i) + "!u@h " + rest).value();
  };
  const int many = 10000;
  for (int i = 0; i < many; ++i) {
    CHECK(splits.quit(line(i, "QUIT :one.test s" + std::to_string(i) + ".test"), now));
  }
  CHECK(splits.take_reports().size() == many - netsplits::most_open);
  now += 1min;
  splits.tick(now);
  CHECK(splits.take_reports().size() == netsplits::most_open);
  CHECK(splits.next_tick() == netsplits::time_point::max());
  int folded = 0;
  for (int i = 0; i < many; ++i) folded += splits.join(line(i, "JOIN #c"), now) ? 1 : 0;
  CHECK(folded == static_cast<int>(netsplits::most_lost));
  // After an hour nobody is expected any more, and there is room for the next.
  splits.tick(now += 2h);
  CHECK_FALSE(splits.join(line(0, "JOIN #c"), now));
  CHECK(splits.quit(line(1, "QUIT :one.test two.test"), now));
  CHECK(splits.join(line(1, "JOIN #c"), now));
  for (int i = 0; i < many; ++i) {
    const auto opened =
        message::parse("BATCH +r" + std::to_string(i) + " netsplit one.test two.test");
    splits.batch(*opened, now);
  }
  CHECK(splits.quit(message::parse("@batch=r0 :x!y@z QUIT :x").value(), now));
  CHECK_FALSE(splits.quit(message::parse("@batch=r9999 :x!y@z QUIT :x").value(), now));
}
