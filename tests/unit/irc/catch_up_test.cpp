// SPDX-License-Identifier: Apache-2.0
// What was said while the bot was away.
#include "catch_up.hpp"

#include "catch.hpp"
#include "server_time.hpp"
#include "session_script.hpp"

using mynah::event_origin;
using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono;

namespace {

constexpr auto noon = sys_days(year(2026) / 1 / 31) + 12h;

// Two connections of one input: what the first heard, the second knows.
class two_connections {
 public:
  two_connections() { options.heard = std::make_shared<catch_up>(); }

  session_script connect() const { return session_script(options); }

  // Logged in with the capability, and in #c.
  static void log_in(session_script& script) {
    script.server({"CAP * LS :batch server-time message-tags draft/chathistory"});
    script.server({"CAP * ACK :batch draft/chathistory message-tags server-time"});
    script.server({":irc.test 001 mynah :Welcome",
                   ":irc.test 005 mynah CHATHISTORY=50 :are supported by this server",
                   ":irc.test 376 mynah :End of MOTD"});
  }

  session_options options;
};

std::vector<std::string> asked(session_script& script) {
  texts lines;
  for (const std::string& line : script.sent()) {
    if (line.starts_with("CHATHISTORY")) lines.push_back(line);
  }
  return lines;
}

}  // namespace

TEST_CASE("a first connection has missed nothing", "[irc][catch_up]") {
  const two_connections net;
  session_script first = net.connect();
  net.log_in(first);
  first.server({":mynah!u@h JOIN #c", "BATCH +1 chathistory #c",
                "@batch=1;msgid=a;time=2026-01-31T12:00:00Z :ann!u@h PRIVMSG #c :!ping"});
  CHECK(asked(first).empty());
  CHECK(first.events().back().origin == event_origin::history);
}

TEST_CASE("what was said in the gap is asked for, and is news", "[irc][catch_up]") {
  const two_connections net;
  {
    session_script first = net.connect();
    net.log_in(first);
    first.server({":mynah!u@h JOIN #c",
                  "@msgid=1;time=2026-01-31T12:00:00.500Z :ann!u@h PRIVMSG #c :hello",
                  "@msgid=x;time=2026-01-31T11:00:00Z :ann!u@h PRIVMSG #C :late"});
    CHECK(first.events().size() == 3);
  }
  session_script second = net.connect();
  net.log_in(second);
  CHECK(asked(second) == texts{"CHATHISTORY TARGETS timestamp=2026-01-31T12:00:00.499Z "
                               "timestamp=9999-12-31T23:59:59.999Z 50"});
  second.server({":mynah!u@h JOIN #c", ":mynah!u@h JOIN #other"});
  CHECK(asked(second) == texts{"CHATHISTORY AFTER #c timestamp=2026-01-31T12:00:00.499Z 50"});
  (void)second.events();
  second.server({"BATCH +1 chathistory #c",
                 "@batch=1;msgid=0;time=2026-01-31T12:00:00.499Z :ann!u@h PRIVMSG #c :before",
                 "@batch=1;msgid=2;time=2026-01-31T12:00:01Z :ann!u@h PRIVMSG #c :!ping",
                 "@batch=1;time=2026-01-31T12:00:01Z :ann!u@h PRIVMSG #c :no id",
                 "@batch=1;msgid=3 :ann!u@h PRIVMSG #c :no time",
                 "@batch=1;msgid=4;time=2026-01-31T12:00:02Z :mynah!u@h PRIVMSG #c :ours",
                 "@batch=1;msgid=5;time=2026-01-31T12:00:02Z :ann!u@h PRIVMSG #other :unknown",
                 "BATCH -1"});
  const auto events = second.events();
  REQUIRE(events.size() == 6);
  CHECK(events[0].origin == event_origin::history);
  CHECK(events[1].origin == event_origin::person);
  CHECK(events[1].time == noon + 1s);
  CHECK(events[1].id == "2");
  CHECK(events[2].origin == event_origin::history);
  CHECK(events[3].origin == event_origin::history);
  CHECK(events[4].origin == event_origin::self);
  CHECK(events[5].origin == event_origin::history);
}

TEST_CASE("who wrote privately meanwhile is asked for, person by person", "[irc][catch_up]") {
  const two_connections net;
  {
    session_script first = net.connect();
    net.log_in(first);
    first.server({"@msgid=1;time=2026-01-31T12:00:00Z :ann!u@h PRIVMSG #c :hello"});
  }
  session_script second = net.connect();
  net.log_in(second);
  (void)second.sent();
  second.server({"BATCH +1 draft/chathistory-targets",
                 "@batch=1 CHATHISTORY TARGETS bob 2026-01-31T12:00:05.000Z",
                 "@batch=1 CHATHISTORY TARGETS #c 2026-01-31T12:00:05.000Z",
                 "@batch=1 CHATHISTORY TARGETS", "CHATHISTORY", "BATCH -1"});
  CHECK(asked(second) == texts{"CHATHISTORY AFTER bob timestamp=2026-01-31T11:59:59.999Z 50"});
  (void)second.events();
  second.server({"BATCH +2 chathistory bob",
                 "@batch=2;msgid=b;time=2026-01-31T12:00:05Z :bob!u@h PRIVMSG mynah :ping",
                 "@batch=2;msgid=c;time=2026-01-31T12:00:06Z :mynah!u@h PRIVMSG bob :pong"});
  const auto events = second.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].origin == event_origin::person);
  CHECK(events[0].from.direct);
  CHECK(events[1].origin == event_origin::self);
}

TEST_CASE("a server that names people without end is not asked without end", "[irc][catch_up]") {
  const two_connections net;
  {
    session_script first = net.connect();
    net.log_in(first);
    first.server({"@msgid=1;time=2026-01-31T12:00:00Z :ann!u@h PRIVMSG #c :hello"});
  }
  session_script second = net.connect();
  net.log_in(second);
  (void)second.sent();
  for (int i = 0; i < 1000; ++i) second.server({"CHATHISTORY TARGETS n" + std::to_string(i)});
  CHECK(asked(second).size() == catch_up::most_messages);
}

TEST_CASE("a server that plays back by itself is caught up with, too", "[irc][catch_up]") {
  const two_connections net;
  const texts login = {"CAP * LS :batch server-time message-tags", ":irc.test 001 mynah :Welcome",
                       ":irc.test 376 mynah :End of MOTD", ":mynah!u@h JOIN #c"};
  {
    session_script first = net.connect();
    first.server(login);
    first.server({"@msgid=1;time=2026-01-31T12:00:00Z :ann!u@h PRIVMSG #c :hello"});
  }
  session_script second = net.connect();
  second.server(login);
  (void)second.events();
  second.server({"BATCH +1 chathistory #c",
                 "@batch=1;msgid=1;time=2026-01-31T12:00:00Z :ann!u@h PRIVMSG #c :hello",
                 "@batch=1;msgid=2;time=2026-01-31T12:00:09Z :ann!u@h PRIVMSG #c :!ping"});
  CHECK(asked(second).empty());
  const auto events = second.events();
  REQUIRE(events.size() == 2);
  // Known by its id to whoever heard it before the gap.
  CHECK(events[0].id == "1");
  CHECK(events[1].origin == event_origin::person);
}

TEST_CASE("what is news and what is remembered have limits", "[irc][catch_up]") {
  catch_up heard;
  heard.heard("#c", noon);
  CHECK_FALSE(heard.is_news("#c", "1", noon + 1s));
  heard.connected();
  std::size_t news = 0;
  for (int i = 0; i < 1000; ++i) {
    if (heard.is_news("#c", std::to_string(i), noon + seconds(i))) ++news;
  }
  CHECK(news == catch_up::most_messages);
  // What was caught up with is heard.
  heard.connected();
  CHECK(heard.gap_begins("#c") == noon + seconds(catch_up::most_messages - 1));

  for (std::size_t i = 0; i < catch_up::most_rooms; ++i) {
    heard.heard("#" + std::to_string(i), noon + 1h + seconds(i));
  }
  heard.connected();
  CHECK_FALSE(heard.gap_begins("#c"));
  CHECK(heard.gap_begins("#4000"));
}

TEST_CASE("times are written as they are read", "[irc][catch_up]") {
  CHECK(to_server_time(noon + 7ms) == "2026-01-31T12:00:00.007Z");
  CHECK(parse_server_time(to_server_time(noon + 999ms)) == noon + 999ms);
  CHECK(to_server_time(sys_days(year(1969) / 12 / 31) + 23h + 59min + 59s + 5ms) ==
        "1969-12-31T23:59:59.005Z");
}
