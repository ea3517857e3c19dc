// SPDX-License-Identifier: Apache-2.0
// What the tags of a message say about the event that it becomes.
#include "catch.hpp"
#include "session_script.hpp"

using mynah::event_origin;
using mynah::event_type;
using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono;

TEST_CASE("id and time of a message are the network's", "[irc][session][tags]") {
  const bool byte_by_byte = GENERATE(false, true);
  session_script script({}, byte_by_byte);
  script.log_in();
  script.server({"@msgid=a\\sb\\:c;time=2026-01-31T12:00:00.250Z :a!b@c PRIVMSG #c :x",
                 "@time=yesterday;+msgid=forged :a!b@c PRIVMSG #c :y"});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].id == "a b;c");
  CHECK(events[0].time == sys_days(year(2026) / 1 / 31) + 12h + 250ms);
  CHECK(events[1].id.empty());
  CHECK(events[1].time == system_clock::time_point());
}

TEST_CASE("what is played back is history", "[irc][session][tags]") {
  session_script script;
  script.log_in();
  SECTION("in a batch of that kind, and in one within it") {
    const std::string type = GENERATE("chathistory", "draft/chathistory", "znc.in/playback");
    script.server({":irc.test BATCH +1 " + type + " #c", "@batch=1 :a!b@c PRIVMSG #c :one",
                   "@batch=1 :irc.test BATCH +2 other", "@batch=2 :a!b@c PRIVMSG #c :two",
                   "@batch=1 BATCH -2", ":irc.test BATCH -1", ":a!b@c PRIVMSG #c :now"});
    const auto events = script.events();
    REQUIRE(events.size() == 3);
    CHECK(events[0].origin == event_origin::history);
    CHECK(events[1].origin == event_origin::history);
    CHECK(events[2].origin == event_origin::person);
  }
  SECTION("other batches are not") {
    script.server({":irc.test BATCH +1 labeled-response", "@batch=1 :a!b@c PRIVMSG #c :one"});
    CHECK(script.events().at(0).origin == event_origin::person);
  }
  SECTION("nobody knows what a batch is that was never opened") {
    script.server({"BATCH +", "BATCH -7", "BATCH +1", "@batch=7 :a!b@c PRIVMSG #c :one"});
    CHECK(script.events().at(0).origin == event_origin::history);
  }
  SECTION("own messages, too") {
    script.server({"BATCH +1 chathistory #c", "@batch=1 :mynah!u@h PRIVMSG #c :one"});
    CHECK(script.events().at(0).origin == event_origin::history);
  }
  SECTION("nothing of it happens again") {
    script.server({"BATCH +1 chathistory #c", "@batch=1 :mynah!u@h NICK :other",
                   "@batch=1 :a!b@c JOIN #c", "@batch=1 :a!b@c KICK #c mynah :x",
                   "@batch=1 :a!b@c PRIVMSG mynah :\x01PING 1\x01"});
    CHECK(script.talking.nick() == "mynah");
    CHECK(script.events().empty());
    CHECK(script.sent() == texts{});
  }
}

TEST_CASE("a server that opens batches without end fills no memory", "[irc][session][tags]") {
  session_script script;
  script.log_in();
  for (int i = 0; i < 1000; ++i) script.server({"BATCH +" + std::to_string(i) + " x"});
  script.server({"@batch=1 :a!b@c PRIVMSG #c :one", "@batch=999 :a!b@c PRIVMSG #c :two"});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].origin == event_origin::person);
  CHECK(events[1].origin == event_origin::history);
}

TEST_CASE("own messages come back as such, wherever they went", "[irc][session][tags]") {
  session_script script;
  script.log_in();
  script.server({"@msgid=1 :mynah!u@h PRIVMSG #c :!ping", ":mynah!u@h PRIVMSG ann :!ping",
                 ":mynah!u@h NOTICE ann :\x01VERSION x\x01",
                 ":mynah!u@h PRIVMSG mynah :\x01VERSION\x01"});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].origin == event_origin::self);
  CHECK(events[0].id == "1");
  CHECK(events[1].origin == event_origin::self);
  CHECK(events[1].from.room == "ann");
  CHECK(events[1].from.direct);
  CHECK(script.sent() == texts{});
}

TEST_CASE("more tags than the protocol allows are dropped with their line",
          "[irc][session][tags]") {
  const bool byte_by_byte = GENERATE(false, true);
  session_script script({}, byte_by_byte);
  script.log_in();
  script.server({"@a=" + std::string(16384, 'x') + " :a!b@c PRIVMSG #c :lost",
                 "@a=" + std::string(8000, 'x') + ";msgid=1 :a!b@c PRIVMSG #c :kept"});
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].text == "kept");
  CHECK(events[0].id == "1");
}

TEST_CASE("tags that we send are escaped and bounded", "[irc][message]") {
  CHECK(tag_list({{"label", "7"}, {"+draft/reply", "a b;c\\d\r\n"}}) ==
        "label=7;+draft/reply=a\\sb\\:c\\\\d\\r\\n");
  CHECK(tag_list({{"a b", "x"}, {"", "x"}, {"c=", "x"}, {"d", ""}, {"@e", "x"}}) == "d");
  const std::string value(4000, 'x');
  CHECK(tag_list({{"a", value}, {"b", value}, {"c", "x"}}) == "a=" + value + ";c=x");
  CHECK(tag_list({{"a", std::string(5000, 'x')}}).empty());
  CHECK(on_wire("PRIVMSG #c :hi", tag_list({{"label", "7"}})) == "@label=7 PRIVMSG #c :hi\r\n");
  CHECK(on_wire("PING x", "a b\r\nQUIT") == "@abQUIT PING x\r\n");
  CHECK(on_wire("PING x", std::string(5000, 'x')) == "PING x\r\n");
  // The tags do not count for the length of the line.
  const std::string line = on_wire(std::string(600, 'x'), "a=" + value);
  CHECK(line.size() == 1 + 2 + 4000 + 1 + 512);
  // What is read is what was meant.
  for (const std::string text : {"plain", "a b", ";", "\\", "\r\n", "\\s;: "}) {
    const auto got = message::parse("@k=" + tag_list({{"k", text}}).substr(2) + " PING");
    REQUIRE(got);
    CHECK(got->tag("k") == text);
  }
}
