// SPDX-License-Identifier: Apache-2.0
// Getting into channels, and back into them.
#include <algorithm>

#include "catch.hpp"
#include "rooms.hpp"
#include "session_script.hpp"

using mynah::event_type;
using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono_literals;

namespace {

session_options in_channels(std::vector<channel_entry> channels) {
  session_options options;
  options.channels = std::move(channels);
  // Tests let hours pass.
  options.ping_idle = 0ms;
  return options;
}

session_options in_one() {
  return in_channels({channel_entry("#a")});
}

/// Online, and in the channels.
class member : public session_script {
 public:
  explicit member(const session_options& options = in_one()) : session_script(options) {
    log_in();
    for (const channel_entry& each : options.channels) server({":mynah!u@h JOIN " + each.name});
    (void)events();
  }
};

/// A JOIN for `#a` was sent and is refused so.
texts after_refusal(session_script& script, const std::string& numeric,
                    mynah::clock::duration time) {
  (void)script.sent();
  script.server({":irc.test " + numeric + " mynah #a :no"});
  script.advance(time - 1s);
  CHECK(script.sent() == texts{});
  script.advance(1s);
  return script.sent();
}

/// The names in the first parameter of JOIN lines.
std::vector<std::string> joined_by(const texts& lines) {
  std::vector<std::string> names;
  for (const std::string& line : lines) {
    const auto got = message::parse(line);
    if (!got || got->command != "JOIN") continue;
    std::string_view list = got->param(0);
    while (!list.empty()) {
      const std::size_t end = std::min(list.find(','), list.size());
      names.emplace_back(list.substr(0, end));
      list.remove_prefix(std::min(end + 1, list.size()));
    }
  }
  return names;
}

}  // namespace

TEST_CASE("what may pass is tried again, later each time", "[irc][session][rooms]") {
  struct row {
    const char* numeric;
    std::chrono::seconds first;
    std::chrono::seconds longest;
  };
  const row each =
      GENERATE(row{"471", 2min, 30min}, row{"437", 2min, 30min}, row{"480", 2min, 30min},
               row{"407", 2min, 30min}, row{"500", 2min, 30min}, row{"473", 10min, 4h},
               row{"477", 10min, 4h}, row{"474", 1h, 8h});
  CAPTURE(each.numeric);
  session_script script(in_one());
  script.log_in();
  std::chrono::seconds pause = each.first;
  for (int i = 0; i < 8; ++i) {
    CHECK(after_refusal(script, each.numeric, pause) == texts{"JOIN #a"});
    pause = std::min(pause * 2, each.longest);
  }
  // Once in, it begins anew.
  script.server({":mynah!u@h JOIN #a"});
  script.advance(24h);
  CHECK(script.sent() == texts{});
  script.server({":op!o@h KICK #a mynah :x"});
  script.advance(5s);
  CHECK(script.sent() == texts{"JOIN #a"});
  CHECK(after_refusal(script, each.numeric, each.first) == texts{"JOIN #a"});
}

TEST_CASE("a refusal that nobody knows may pass, and is told", "[irc][session][rooms]") {
  const std::string numeric = GENERATE("485", "490", "495", "609", "926");
  CAPTURE(numeric);
  texts told;
  const auto sink = [&](const mynah::log_record& record) {
    std::string line(record.message);
    for (const auto& [key, value] : record.fields) line += "|" + std::string(value);
    told.push_back(line);
  };
  session_script script(in_one(), false, mynah::logger(sink, mynah::log_level::warning, "irc"));
  script.log_in();
  CHECK(after_refusal(script, numeric, 2min) == texts{"JOIN #a"});
  CHECK(told == texts{"cannot join a channel|#a|" + numeric +
                      "|no|trying again in 2m|see what the server says"});
  // About what was not asked for, or what is said to who talks from outside, it is something else.
  script.server({":irc.test " + numeric + " mynah #b :no", ":irc.test 404 mynah #a :no",
                 ":irc.test 442 mynah #a :no"});
  script.advance(29min);
  CHECK(script.sent() == texts{});
}

TEST_CASE("what will not pass is given up, until invited", "[irc][session][rooms]") {
  const std::string numeric = GENERATE("403", "405", "448", "475", "476", "479", "489", "520");
  CAPTURE(numeric);
  session_script script(in_one());
  script.log_in();
  script.server({":irc.test " + numeric + " mynah #a :no"});
  script.advance(48h);
  CHECK(script.sent() == texts{});
  script.server({":op!o@h INVITE mynah #a"});
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("a refusal that is not ours, or about nothing, changes nothing",
          "[irc][session][rooms]") {
  session_script script(in_one());
  script.log_in();
  for (const std::string numeric : {"403", "437", "470", "471", "473", "474", "475", "477"}) {
    script.server({":irc.test " + numeric, ":irc.test " + numeric + " mynah",
                   ":irc.test " + numeric + " mynah #other :no"});
  }
  script.server({":mynah!u@h JOIN #a", ":irc.test 403 mynah #a :No such channel",
                 ":irc.test 474 mynah #a :banned"});
  script.advance(48h);
  CHECK(script.sent() == texts{});
}

TEST_CASE("a server that swallows a JOIN is asked again", "[irc][session][rooms]") {
  session_script script(in_one());
  script.log_in();
  script.server({":irc.test 263 mynah JOIN :Server load is temporarily too heavy"});
  script.advance(29min);
  CHECK(script.sent() == texts{});
  script.advance(1min);
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("an invitation opens what was closed", "[irc][session][rooms]") {
  session_script script(in_channels({channel_entry("#a", "key")}));
  script.log_in();
  script.server({":irc.test 473 mynah #a :Cannot join channel (+i)"});
  script.server({":op!o@h INVITE other #a", ":op!o@h INVITE mynah", ":op!o@h INVITE",
                 ":op!o@h INVITE mynah nonsense"});
  CHECK(script.sent() == texts{});
  script.server({":op!o@h INVITE mynah #A"});
  CHECK(script.sent() == texts{"JOIN #a key"});
  // Not as often as somebody likes.
  script.server({":irc.test 473 mynah #a :no", ":op!o@h INVITE mynah #a"});
  CHECK(script.sent() == texts{});
  script.advance(10s);
  script.server({":op!o@h INVITE mynah #a"});
  CHECK(script.sent() == texts{"JOIN #a key"});
  script.server({":mynah!u@h JOIN #a", ":op!o@h INVITE mynah #a"});
  script.advance(10s);
  script.server({":op!o@h INVITE mynah #a"});
  CHECK(script.sent() == texts{});
}

TEST_CASE("an account opens what was closed without one", "[irc][session][rooms]") {
  session_script script(in_channels({channel_entry("#a"), channel_entry("#b"), channel_entry("#c"),
                                     channel_entry("#d"), channel_entry("#e")}));
  script.log_in();
  script.server({":irc.test 477 mynah #a :registered nicks only", ":irc.test 473 mynah #b :+i",
                 ":irc.test 474 mynah #c :+b", ":irc.test 475 mynah #d :+k",
                 ":irc.test 470 mynah #e ##unregistered :Forwarding to another channel"});
  const bool by_numeric = GENERATE(true, false);
  script.server({by_numeric ? ":irc.test 900 mynah mynah!u@h bot :You are now logged in as bot"
                            : ":mynah!u@h ACCOUNT bot"});
  CHECK(script.sent() == texts{"JOIN #a,#b,#e"});
  script.server({":mynah!u@h ACCOUNT *"});
  CHECK(script.sent() == texts{});
}

TEST_CASE("policies for invitations", "[irc][session][rooms]") {
  session_options options = in_one();
  SECTION("ignore") {
    options.invites = invite_policy::ignore;
    session_script script(options);
    script.log_in();
    script.server(
        {":irc.test 473 mynah #a :+i", ":op!o@h INVITE mynah #a", ":op!o@h INVITE mynah #b"});
    CHECK(script.sent() == texts{});
  }
  SECTION("configured") {
    session_script script(options);
    script.log_in();
    script.server({":op!o@h INVITE mynah #b"});
    CHECK(script.sent() == texts{});
  }
  SECTION("any, with a limit") {
    options.invites = invite_policy::any;
    options.most_invited = 2;
    member script(options);
    script.server({":op!o@h INVITE mynah #b", ":op!o@h INVITE mynah #b"});
    CHECK(script.sent() == texts{"JOIN #b"});
    // Refused, it counts no more, and is not tried again.
    script.server({":irc.test 473 mynah #b :+i"});
    script.advance(24h);
    CHECK(script.sent() == texts{});
    script.server(
        {":op!o@h INVITE mynah #b", ":op!o@h INVITE mynah #c", ":op!o@h INVITE mynah #d"});
    CHECK(script.sent() == texts{"JOIN #b", "JOIN #c"});
    script.server({":mynah!u@h JOIN #b", ":mynah!u@h JOIN #c"});
    script.advance(24h);
    script.server({":op!o@h INVITE mynah #d"});
    CHECK(script.sent() == texts{});
    // Whoever is kicked out of where it is a guest stays out, and there is room for others.
    script.server({":op!o@h KICK #b mynah :bye"});
    script.advance(24h);
    CHECK(script.sent() == texts{});
    script.server({":op!o@h INVITE mynah #d"});
    CHECK(script.sent() == texts{"JOIN #d"});
  }
  SECTION("any, but once") {
    options.invites = invite_policy::any;
    member script(options);
    script.server({":op!o@h INVITE mynah #b"});
    CHECK(script.sent() == texts{"JOIN #b"});
    // No answer ever comes.
    script.advance(30min);
    CHECK(script.sent() == texts{});
    script.server({":op!o@h INVITE mynah #b"});
    CHECK(script.sent() == texts{"JOIN #b"});
  }
  SECTION("any, but not in a flood") {
    options.invites = invite_policy::any;
    options.most_invited = 1000;
    member script(options);
    for (int i = 0; i < 100; ++i) {
      script.server({":op!o@h INVITE mynah #x" + std::to_string(i),
                     ":irc.test 403 mynah #x" + std::to_string(i) + " :No such channel"});
    }
    CHECK(script.sent().size() == 5);
    script.advance(1min);
    script.server({":op!o@h INVITE mynah #y"});
    CHECK(script.sent() == texts{"JOIN #y"});
  }
}

TEST_CASE("what is no name of a channel leads nowhere", "[irc][session][rooms]") {
  session_options options = in_one();
  options.invites = invite_policy::any;
  options.most_invited = 1;
  member script(options);
  const texts no_names = {
      "#x1,#x2", "#x1 #x2", "#a,#b", std::string("#x\x07"), "#x\x7f", "#" + std::string(200, 'x')};
  for (const std::string& each : no_names) {
    CAPTURE(each);
    script.advance(1min);
    script.server({":op!o@h INVITE mynah :" + each, ":mynah!u@h JOIN :" + each});
    CHECK(script.sent() == texts{});
    CHECK(script.events().empty());
    CHECK(script.talking.how_it_stands().channels == 1);
  }
  script.server({":op!o@h INVITE mynah #" + std::string(199, 'x')});
  CHECK(script.sent().size() == 1);
}

TEST_CASE("an invitation is told", "[irc][session][rooms]") {
  member script;
  script.server({":op!o@h INVITE mynah #b"});
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].type == event_type::raw);
  CHECK(events[0].tag("irc") == "INVITE");
  CHECK(events[0].from.room == "#b");
  CHECK(events[0].from.user == "op");
}

TEST_CASE("a forward leads to another room", "[irc][session][rooms]") {
  session_script script(in_one());
  script.log_in();
  script.server({":irc.test 470 mynah #a ##a-overflow :Forwarding to another channel",
                 ":mynah!u@h JOIN ##a-overflow"});
  // Questions come from there, and answers go there.
  (void)script.events();
  script.server({":ann!a@h PRIVMSG ##A-overflow :!ping"});
  CHECK(script.events().at(0).from.room == "##a-overflow");
  // Out of it: not back there, but the real one is tried now and then.
  script.server({":op!o@h KICK ##a-overflow mynah :bye"});
  script.advance(59min);
  CHECK(script.sent() == texts{});
  script.advance(1min);
  CHECK(script.sent() == texts{"JOIN #a"});
  script.server({":irc.test 470 mynah #a ##a-overflow :Forwarding to another channel"});
  script.advance(2h);
  CHECK(script.sent() == texts{"JOIN #a"});
  script.server({":mynah!u@h JOIN #a"});
  script.advance(24h);
  CHECK(script.sent() == texts{});
}

TEST_CASE("who is made to leave does not come back by itself", "[irc][session][rooms]") {
  member script;
  script.server({":mynah!u@h PART #a :SAPART"});
  script.advance(48h);
  CHECK(script.sent() == texts{});
  script.server({":op!o@h INVITE mynah #a"});
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("where an operator put us, we stay until we are out", "[irc][session][rooms]") {
  member script;
  script.server({":mynah!u@h JOIN #Staff", ":ann!a@h PRIVMSG #staff :x"});
  CHECK(script.events().at(1).from.room == "#Staff");
  script.server({":op!o@h KICK #staff mynah :bye"});
  script.advance(48h);
  CHECK(script.sent() == texts{});
}

TEST_CASE("nobody puts us into rooms without end", "[irc][session][rooms]") {
  session_script script(in_one());
  script.log_in();
  for (std::size_t i = 0; i < rooms::most_unasked + 10; ++i) {
    script.server({":mynah!u@h JOIN #x" + std::to_string(i)});
  }
  CHECK(script.talking.how_it_stands().channels == rooms::most_unasked);
  script.server({":mynah!u@h JOIN #x1", ":mynah!u@h JOIN #a"});
  CHECK(script.talking.how_it_stands().channels == rooms::most_unasked + 1);
  script.server({":mynah!u@h PART #x1", ":mynah!u@h JOIN #more"});
  CHECK(script.talking.how_it_stands().channels == rooms::most_unasked + 1);
}

TEST_CASE("an operator may be faster than the settings", "[irc][session][rooms]") {
  session_script script(in_channels({channel_entry("#a"), channel_entry("#b")}));
  script.server({":irc.test 001 mynah :Welcome", ":mynah!u@h JOIN #a"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  CHECK(script.sent() == texts{"JOIN #b"});
  script.server({":op!o@h KICK #a mynah :bye"});
  script.advance(5s);
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("a settled member comes back again and again", "[irc][session][rooms]") {
  member script;
  for (int i = 0; i < 10; ++i) {
    script.advance(10min);
    script.server({":op!o@h KICK #a mynah :bye"});
    script.advance(5s);
    CHECK(script.sent() == texts{"JOIN #a"});
    script.server({":mynah!u@h JOIN #a"});
  }
  // But one that is kicked as soon as it is in gives up: this was the first time of three.
  std::size_t joins = 0;
  for (int i = 0; i < 10; ++i) {
    script.server({":op!o@h KICK #a mynah :bye"});
    script.advance(1min);
    const texts lines = script.sent();
    joins += lines.size();
    if (!lines.empty()) script.server({":mynah!u@h JOIN #a"});
  }
  CHECK(joins == 2);
}

TEST_CASE("the settings may forbid to come back", "[irc][session][rooms]") {
  session_options options = in_one();
  options.rejoin = false;
  member script(options);
  script.server({":op!o@h KICK #a mynah :bye"});
  script.advance(48h);
  CHECK(script.sent() == texts{});
  script.server({":op!o@h INVITE mynah #a"});
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("a thousand channels, all of them once", "[irc][session][rooms]") {
  std::vector<channel_entry> channels;
  for (int i = 0; i < 1000; ++i) {
    channels.emplace_back("#room" + std::to_string(i), i % 10 == 9 ? "key" : "");
  }
  session_script script(in_channels(channels));
  script.server({":irc.test 001 mynah :Welcome"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  const texts lines = script.sent();
  CHECK(lines.size() < 22);
  for (const std::string& line : lines) CHECK(line.size() <= 510);
  CHECK(lines.at(0).starts_with("JOIN #room9,#room19,"));
  CHECK(lines.at(0).ends_with(",key"));
  auto names = joined_by(lines);
  CHECK(names.size() == 1000);
  std::sort(names.begin(), names.end());
  CHECK(std::unique(names.begin(), names.end()) == names.end());
  // All are full, and all are tried again, in as few lines; keys first there, too.
  for (const std::string& name : names) script.server({":irc.test 471 mynah " + name + " :full"});
  script.advance(2min);
  const texts again = script.sent();
  CHECK(again.size() < 22);
  CHECK(joined_by(again).size() == 1000);
  CHECK(again.at(0).ends_with(",key"));
  for (const std::string& name : names) script.server({":mynah!u@h JOIN " + name});
  script.advance(24h);
  CHECK(script.sent() == texts{});
}

TEST_CASE("what goes beyond the limits of the server is tried, too", "[irc][session][rooms]") {
  session_script script(in_channels(
      {channel_entry("#a"), channel_entry("&b"), channel_entry("#c"), channel_entry("#d", "key"),
       channel_entry("#f"), channel_entry("&e"), channel_entry("#g", "key"), channel_entry("#h")}));
  script.server(
      {":irc.test 001 mynah :Welcome", ":irc.test 005 mynah CHANLIMIT=#:2,&:,+:x :are supported"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  CHECK(script.sent() == texts{"JOIN #d,#g,&b,&e key,key", "JOIN #a"});
  // More than it says, and less than we want.
  script.server({":mynah!u@h JOIN #d", ":mynah!u@h JOIN #g", ":mynah!u@h JOIN &b"});
  CHECK(script.sent() == texts{});
  SECTION("one after the other") {
    script.server({":mynah!u@h JOIN #a"});
    CHECK(script.sent() == texts{"JOIN #c"});
    // Refused for another reason.
    script.server({":irc.test 475 mynah #c :Bad key"});
    CHECK(script.sent() == texts{"JOIN #f"});
    script.server({":irc.test 405 mynah #f :You have joined too many channels"});
    CHECK(script.sent() == texts{});
    script.advance(30min);
    CHECK(script.sent() == texts{"JOIN &e"});
    script.server({":mynah!u@h JOIN &e"});
    script.advance(48h);
    CHECK(script.sent() == texts{});
    script.server({":op!o@h INVITE mynah #h"});
    CHECK(script.sent() == texts{"JOIN #h"});
    script.server({":mynah!u@h JOIN #h"});
    script.advance(48h);
    CHECK(script.sent() == texts{});
  }
  SECTION("also if the server does not answer") {
    script.advance(30min);
    CHECK(script.sent() == texts{"JOIN &e", "JOIN #c"});
    script.server({":irc.test 470 mynah #c ##c :Forwarding"});
    CHECK(script.sent() == texts{"JOIN #f"});
    script.server({":mynah!u@h JOIN #f"});
    CHECK(script.sent() == texts{"JOIN #h"});
  }
}

TEST_CASE("a bot is marked as one where the server can", "[irc][session]") {
  session_script script(in_one());
  script.server({":irc.test 001 mynah :Welcome", ":irc.test 005 mynah BOT=B :are supported"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  CHECK(script.sent() == texts{"MODE mynah +B", "JOIN #a"});
  for (const std::string nonsense : {"BOT", "BOT=", "BOT=xy", "BOT=+", "BOT=B -BOT"}) {
    session_script other(in_one());
    other.server(
        {":irc.test 001 mynah :Welcome", ":irc.test 005 mynah " + nonsense + " :are supported"});
    (void)other.sent();
    other.server({":irc.test 376 mynah :End"});
    CHECK(other.sent() == texts{"JOIN #a"});
  }
}

TEST_CASE("rooms are compared by the server's mapping, also when it changes",
          "[irc][session][rooms]") {
  session_script script(in_channels({channel_entry("#a[1]")}));
  script.server({":irc.test 005 mynah CASEMAPPING=ascii :are supported"});
  script.log_in();
  script.server({":mynah!u@h JOIN #a[1]", ":mynah!u@h JOIN #a{1}"});
  script.server({":x!y@z PRIVMSG #A{1} :x", ":x!y@z PRIVMSG #A[1] :x"});
  auto events = script.events();
  CHECK(events.at(2).from.room == "#a{1}");
  CHECK(events.at(3).from.room == "#a[1]");
  // With this they are one.
  script.server({":irc.test 005 mynah CASEMAPPING=strict-rfc1459 :are supported",
                 ":x!y@z PRIVMSG #A{1} :x", ":x!y@z PRIVMSG #A[1] :x"});
  events = script.events();
  CHECK(events.at(0).from.room == events.at(1).from.room);
  script.server({":op!o@h KICK #A{1} mynah :x"});
  script.advance(5s);
  CHECK(joined_by(script.sent()).size() == 1);
  // What waits still waits after the next change.
  script.server({":irc.test 471 mynah #a[1] :full", ":irc.test 471 mynah #a{1} :full",
                 ":irc.test 005 mynah CASEMAPPING=ascii :are supported"});
  script.advance(2min);
  CHECK(joined_by(script.sent()).size() == 1);
}

TEST_CASE("types of channels and prefixes are the server's", "[irc][session][rooms]") {
  session_script script(in_channels({channel_entry("+a")}));
  script.server({":irc.test 005 mynah CHANTYPES=+! STATUSMSG=@+ :are supported"});
  script.log_in();
  script.server({":mynah!u@h JOIN +a", ":x!y@z PRIVMSG @+a :x", ":x!y@z PRIVMSG +a :x",
                 ":x!y@z PRIVMSG #a :x", ":op!o@h INVITE mynah #b", ":op!o@h INVITE mynah +a"});
  const auto events = script.events();
  REQUIRE(events.size() == 4);
  CHECK(events[1].from.room == "+a");
  CHECK(events[2].from.room == "+a");
  CHECK(script.sent() == texts{});
}

TEST_CASE("what is said to some of a room is a thread of it", "[irc][session][rooms]") {
  session_script script;
  script.log_in();
  script.server({":irc.test 005 mynah STATUSMSG=@+ :are supported"});
  (void)script.events();
  script.server({":ann!a@h PRIVMSG @#c :x",
                 ":ann!a@h PRIVMSG @+#c :\x01"
                 "ACTION y\x01",
                 ":ann!a@h PRIVMSG #c :z"});
  const auto events = script.events();
  REQUIRE(events.size() == 3);
  for (const mynah::event& each : events) {
    CHECK(each.from.room == "#c");
    CHECK_FALSE(each.from.direct);
  }
  CHECK(events[0].from.thread == "@");
  CHECK(events[1].from.thread == "@+");
  CHECK(events[2].from.thread.empty());
  for (const mynah::event& each : events) {
    CHECK(script.talking.target_of(each.from).value() == each.from.thread + "#c");
  }
  // Not what the server would take for something else.
  CHECK(script.talking.target_of(mynah::address("irc", "#c", "", "%")).has_error());
  CHECK(script.talking.target_of(mynah::address("irc", "ann", "", "@")).has_error());
  CHECK(script.talking.target_of(mynah::address("irc", "#c", "", "#d,@")).has_error());
}

TEST_CASE("nothing of the rooms outlives the connection", "[irc][session][rooms]") {
  session_options options = in_one();
  options.invites = invite_policy::any;
  member first(options);
  first.server({":op!o@h INVITE mynah #guest", ":mynah!u@h JOIN #guest", ":mynah!u@h JOIN #sa",
                ":mynah!u@h PART #a"});
  session_script second(options);
  second.server({":irc.test 001 mynah :Welcome"});
  (void)second.sent();
  second.server({":irc.test 376 mynah :End"});
  CHECK(second.sent() == texts{"JOIN #a"});
}
