// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include "catch.hpp"
#include "irc_lines.hpp"
#include "session_script.hpp"

using mynah::errc;
using mynah::event_origin;
using mynah::event_type;
using namespace mynah::irc;
using mynah_test::lines_of;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono_literals;

namespace {

session_options in_channels(std::vector<channel_entry> channels) {
  session_options options;
  options.channels = std::move(channels);
  return options;
}

std::string told(const session& ended) {
  if (!ended.failed()) return "lives";
  return ended.failed()->code().message() + "|" + ended.failed()->message() + "|" +
         ended.failed()->remote();
}

std::string name(errc code) {
  return make_error_code(code).message();
}

}  // namespace

TEST_CASE("registration", "[irc][session]") {
  const bool byte_by_byte = GENERATE(false, true);
  session_options options = in_channels({channel_entry("#a"), channel_entry("#b", "key")});
  options.password = "pa ss";
  options.real_name = "a bot";
  session_script script(options, byte_by_byte);
  CHECK(script.sent() ==
        texts{"^CAP LS 302", "^PASS :pa ss", "^NICK mynah", "^USER mynah 0 * :a bot"});
  script.server({":irc.test NOTICE * :*** Looking up your hostname", "PING :cookie"});
  CHECK(script.sent() == texts{"^PONG :cookie"});
  script.server({":irc.test 001 mynah2 :Welcome", ":irc.test 002 mynah2 :Your host",
                 ":irc.test 005 mynah2 CASEMAPPING=ascii NICKLEN=30 :are supported",
                 ":irc.test 375 mynah2 :MOTD", ":irc.test 372 mynah2 :- hello"});
  CHECK_FALSE(script.talking.online());
  CHECK(script.sent() == texts{});
  script.server({":irc.test 376 mynah2 :End"});
  CHECK(script.talking.online());
  CHECK(script.talking.nick() == "mynah2");
  CHECK(script.sent() == texts{"JOIN #b,#a key"});
  CHECK(script.events().empty());
}

TEST_CASE("a server without a message of the day", "[irc][session]") {
  session_script script;
  script.server({":irc.test 001 mynah :Welcome", ":irc.test 422 mynah :No MOTD"});
  CHECK(script.talking.online());
}

TEST_CASE("a server that is slow with its message of the day", "[irc][session]") {
  session_script script(in_channels({channel_entry("#a")}));
  script.server({":irc.test 001 mynah :Welcome"});
  (void)script.sent();
  script.advance(14s);
  CHECK_FALSE(script.talking.online());
  script.advance(1s);
  CHECK(script.talking.online());
  CHECK(script.sent() == texts{"JOIN #a"});
  script.server({":irc.test 376 mynah :End at last"});
  CHECK(script.sent() == texts{});
}

TEST_CASE("a nick in use is replaced by others, each tried once", "[irc][session]") {
  session_script script;
  (void)script.sent();
  const texts expected = {"^NICK mynah_", "^NICK mynah__", "^NICK mynah1", "^NICK mynah2"};
  for (const std::string& line : expected) {
    script.server({":irc.test 433 * whatever :Nickname is already in use"});
    CHECK(script.sent() == texts{line});
  }
  script.server({":irc.test 001 mynah2 :Welcome", ":irc.test 422 mynah2 :No MOTD"});
  CHECK(script.talking.nick() == "mynah2");
  // Afterwards a refused nick changes nothing.
  script.server({":irc.test 433 mynah2 mynah :Nickname is already in use"});
  CHECK(script.talking.nick() == "mynah2");
  CHECK(script.sent() == texts{});
}

TEST_CASE("the base of a long nick is cut, not what makes the difference", "[irc][session]") {
  session_options options;
  options.nick = "ninechars";
  session_script script(options);
  (void)script.sent();
  script.server({":irc.test 433 * ninechars :in use"});
  CHECK(script.sent() == texts{"^NICK ninechar_"});
  script.server({":irc.test 436 * ninechar_ :collision"});
  CHECK(script.sent() == texts{"^NICK ninecha__"});
  script.server({":irc.test 437 * ninecha__ :unavailable"});
  CHECK(script.sent() == texts{"^NICK ninechar1"});
}

TEST_CASE("a server that accepts no nick is left alone for a while", "[irc][session]") {
  session_script script;
  for (int i = 0; i < 20; ++i) script.server({":irc.test 432 * x :Erroneous nickname"});
  CHECK(told(script.talking) ==
        name(errc::throttled) +
            "|the server accepts neither 'mynah' nor a nick like it|Erroneous nickname");
  CHECK(script.sent().size() == 3 + 9);
}

TEST_CASE("refusals end the session with their kind", "[irc][session]") {
  struct row {
    const char* line;
    errc code;
  };
  const std::vector<row> rows = {
      {":irc.test 464 * :Password incorrect", errc::authentication_failed},
      {":irc.test 465 * :You are banned", errc::banned},
      {":irc.test 463 * :Your host isn't among the privileged", errc::banned},
      {"ERROR :Access denied: Bad password?", errc::throttled},
      {"ERROR :Closing Link: [x] (Password change, restarting)", errc::throttled},
      {"ERROR :Closing Link: connection throttled", errc::throttled},
      {"ERROR :Trying to reconnect too fast.", errc::throttled},
      {"ERROR :Closing link: (K-Lined)", errc::throttled},
      {"ERROR :Closing link", errc::closed},
  };
  for (const row& each : rows) {
    CAPTURE(each.line);
    session_script script;
    script.server({each.line});
    REQUIRE(script.talking.failed());
    CHECK(script.talking.failed()->code() == each.code);
    CHECK(script.talking.next_tick() == session::time_point::max());
  }
}

TEST_CASE("what a server says of passwords is about ours if we gave one", "[irc][session]") {
  session_options options;
  options.password = "sesame";
  session_script script(options);
  script.server({"ERROR :Access denied: Bad password?"});
  CHECK(script.talking.failed()->code() == errc::authentication_failed);
}

TEST_CASE("another password than that of the server is refused later", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":irc.test 464 mynah :Password incorrect"});
  CHECK_FALSE(script.talking.failed());
}

TEST_CASE("the first reason is kept", "[irc][session]") {
  session_script script;
  script.server({":irc.test 464 * :Password incorrect", "ERROR :Closing link"});
  CHECK(script.talking.failed()->code() == errc::authentication_failed);
  CHECK(script.talking.failed()->remote() == "Password incorrect");
}

TEST_CASE("an ERROR after the login is an ordinary loss", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({"ERROR :Closing Link: too many clients"});
  CHECK(script.talking.failed()->code() == errc::closed);
}

TEST_CASE("messages become events", "[irc][session]") {
  const bool byte_by_byte = GENERATE(false, true);
  session_script script({}, byte_by_byte);
  script.log_in();
  script.server(
      {":ann!~a@host.test PRIVMSG #Room :!ping", ":ann!~a@host.test PRIVMSG Mynah :hello"});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].type == event_type::message);
  CHECK(events[0].origin == event_origin::person);
  CHECK(events[0].from == mynah::address("irc", "#Room", "ann"));
  CHECK(events[0].principal.key() == "unverified:irc/ann!~a@host.test");
  CHECK(events[0].principal.display == "ann");
  CHECK(events[0].to == "mynah");
  CHECK(events[0].text == "!ping");
  CHECK_FALSE(events[0].normalised);
  CHECK(events[1].from == mynah::address("irc", "ann", "ann", "", true));
  CHECK(events[1].text == "hello");
}

TEST_CASE("one channel is one room, however it is spelled", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":mynah!u@h JOIN #Room[1]", ":a!b@c PRIVMSG #ROOM{1} :x"});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].type == event_type::join);
  CHECK(events[0].origin == event_origin::self);
  CHECK(events[1].from.room == "#Room[1]");
}

TEST_CASE("messages to some members of a channel are messages to it", "[irc][session]") {
  session_script script;
  script.server({":irc.test 005 mynah STATUSMSG=@+ :are supported"});
  script.log_in();
  script.server({":a!b@c PRIVMSG @#ops :x"});
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].from.room == "#ops");
  CHECK_FALSE(events[0].from.direct);
}

TEST_CASE("what is not for us is no event", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":irc.test NOTICE mynah :from the server", "PRIVMSG mynah :from nobody",
                 ":irc.test PRIVMSG mynah :from the server", ":a!b@c PRIVMSG $$* :to all",
                 ":a!b@c PRIVMSG other :not us", ":a!b@c PRIVMSG", ":a!b@c PRIVMSG #c",
                 ":a!b@c TAGMSG #c", ":a!b@c NOTICE mynah :\x01VERSION x\x01"});
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].text.empty());  // the one without a text
  CHECK(script.sent() == texts{});
}

TEST_CASE("notices, actions and own messages are told apart", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":a!b@c NOTICE #c :!ping",
                 ":a!b@c PRIVMSG #c :\x01"
                 "ACTION !ping\x01",
                 ":mynah!u@h PRIVMSG #c :!ping"});
  const auto events = script.events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].type == event_type::notice);
  CHECK(events[1].type == event_type::emote);
  CHECK(events[1].text == "!ping");
  CHECK(events[2].type == event_type::message);
  CHECK(events[2].origin == event_origin::self);
}

TEST_CASE("CTCP queries are answered with measure and are never commands", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":a!b@c PRIVMSG mynah :\x01VERSION\x01",
                 ":a!b@c PRIVMSG mynah :\x01PING 12 34\x01",
                 ":a!b@c PRIVMSG mynah :\x01"
                 "DCC SEND x\x01",
                 ":a!b@c PRIVMSG #c :\x01VERSION\x01"});
  CHECK(script.sent() == texts{"NOTICE a :\x01VERSION mynah\x01", "NOTICE a :\x01PING 12 34\x01"});
  for (int i = 0; i < 10; ++i) script.server({":a!b@c PRIVMSG mynah :\x01PING x\x01"});
  CHECK(script.sent().size() == 2);
  script.advance(10s);
  script.server({":a!b@c PRIVMSG mynah :\x01PING x\x01"});
  CHECK(script.sent().size() == 1);
  CHECK(script.events().empty());
}

TEST_CASE("format codes are stripped and the raw text is kept", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server(
      {":a!b@c PRIVMSG #c :\x02!ping\x02 \x03"
       "4x"});
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].text == "!ping x");
  CHECK(events[0].normalised);
  CHECK(events[0].raw() ==
        "\x02!ping\x02 \x03"
        "4x");
}

TEST_CASE("text that is not UTF-8 is read as Latin-1", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":a!b@c PRIVMSG #c :caf\xE9"});
  CHECK(script.events().at(0).text == "caf\xC3\xA9");
}

TEST_CASE("the own nick follows the server, whoever changes it", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":mynah!u@h NICK :other", ":a!b@c NICK :mynah", ":x!y@z PRIVMSG other :hi"});
  CHECK(script.talking.nick() == "other");
  const auto events = script.events();
  REQUIRE(events.size() == 3);
  CHECK(events[2].from.direct);
  CHECK(events[2].to == "other");
}

TEST_CASE("who we are is compared by the server's mapping", "[irc][session]") {
  session_options options;
  options.nick = "bot[1]";
  session_script script(options);
  script.server({":irc.test 005 bot[1] CASEMAPPING=ascii :are supported"});
  script.log_in("bot[1]");
  script.server({":a!b@c PRIVMSG bot{1} :not me", ":a!b@c PRIVMSG BOT[1] :me"});
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].text == "me");
}

TEST_CASE("messages are as long as the own prefix allows", "[irc][session]") {
  session_script script;
  script.log_in();
  // Assumed: :mynah!<11>@<63> and a blank.
  CHECK(script.talking.prefix_length() == 1 + 5 + 1 + 11 + 1 + 63 + 1);
  const auto assumed = lines_of(script.talking, "#c", std::string(1000, 'x'));
  REQUIRE(assumed.has_value());
  CHECK(assumed->at(0).size() == 512 - 83);
  script.server({":mynah!~bot@host.test JOIN #c"});
  CHECK(script.talking.prefix_length() == std::string(":mynah!~bot@host.test ").size());
  const auto known = lines_of(script.talking, "#c", std::string(1000, 'x'));
  REQUIRE(known.has_value());
  CHECK(known->at(0).size() == 512 - 22);
  script.server({":irc.test 396 mynah a.much.longer.cloak.test :is now your hidden host"});
  CHECK(script.talking.prefix_length() ==
        std::string(":mynah!~bot@a.much.longer.cloak.test ").size());
  script.server({":mynah!~bot@x CHGHOST u h"});
  CHECK(script.talking.prefix_length() == std::string(":mynah!u@h ").size());
}

TEST_CASE("what cannot be a room gets nothing", "[irc][session]") {
  session_script script;
  script.log_in();
  for (const std::string& room : texts{"", "#a b", "#a,#b", ":x", "#a\r\nQUIT",
                                       std::string(480, 'x'), std::string("#a\0b", 4)}) {
    const auto said = lines_of(script.talking, room, "hi");
    REQUIRE(said.has_error());
    CHECK(said.error().code() == errc::not_sent);
  }
  CHECK(lines_of(script.talking, "nick", "hi").value() == texts{"PRIVMSG nick :hi\r\n"});
}

TEST_CASE("many channels are joined in lines that fit", "[irc][session]") {
  std::vector<channel_entry> channels;
  for (int i = 0; i < 40; ++i) {
    channels.emplace_back("#channel-with-a-name-" + std::to_string(i), i % 3 == 0 ? "key" : "");
  }
  session_script script(in_channels(channels));
  script.server({":irc.test 001 mynah :Welcome"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  std::size_t names = 0;
  std::size_t keys = 0;
  for (const std::string& line : script.sent()) {
    CHECK(line.size() <= 510);
    const auto got = message::parse(line);
    REQUIRE(got);
    CHECK(got->command == "JOIN");
    names +=
        1 + static_cast<std::size_t>(std::count(got->params[0].begin(), got->params[0].end(), ','));
    if (got->params.size() > 1) {
      keys += 1 + static_cast<std::size_t>(
                      std::count(got->params[1].begin(), got->params[1].end(), ','));
    }
  }
  CHECK(names == 40);
  CHECK(keys == 14);
}

TEST_CASE("a server may limit the channels of one JOIN", "[irc][session]") {
  session_script script(
      in_channels({channel_entry("#a"), channel_entry("#b"), channel_entry("#c")}));
  script.server(
      {":irc.test 001 mynah :Welcome", ":irc.test 005 mynah TARGMAX=JOIN:2 :are supported"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  CHECK(script.sent() == texts{"JOIN #a,#b", "JOIN #c"});
}

TEST_CASE("kicked out, the bot comes back after a pause, but not for ever", "[irc][session]") {
  session_script script(in_channels({channel_entry("#a", "key")}));
  script.log_in();
  script.server(
      {":mynah!u@h JOIN #a", ":op!o@h KICK #a someone :bye", ":op!o@h KICK #a mynah :bye"});
  script.advance(4s);
  CHECK(script.sent() == texts{});
  script.advance(1s);
  CHECK(script.sent() == texts{"JOIN #a key"});
  // Not let in, and kicked again at once: longer each time.
  script.server({":op!o@h KICK #a mynah :bye"});
  script.advance(5s);
  CHECK(script.sent() == texts{});
  script.advance(5s);
  CHECK(script.sent() == texts{"JOIN #a key"});
  script.server({":op!o@h KICK #a mynah :bye"});
  script.advance(20s);
  CHECK(script.sent() == texts{"JOIN #a key"});
  script.server({":op!o@h KICK #a mynah :bye"});
  script.advance(60s);
  CHECK(script.sent() == texts{});
}

TEST_CASE("a silent server is asked, and given up if it says nothing", "[irc][session]") {
  session_script script;
  script.log_in();
  script.advance(89s);
  CHECK(script.sent() == texts{});
  script.advance(1s);
  CHECK(script.sent() == texts{"^PING :mynah"});
  SECTION("anything is an answer") {
    script.advance(29s);
    script.server({":a!b@c QUIT :x"});
    script.advance(1s);
    CHECK_FALSE(script.talking.failed());
    script.advance(89s);
    CHECK(script.sent() == texts{"^PING :mynah"});
  }
  SECTION("nothing is the end") {
    script.advance(30s);
    REQUIRE(script.talking.failed());
    CHECK(script.talking.failed()->code() == errc::timed_out);
  }
}

TEST_CASE("quitting", "[irc][session]") {
  session_script script;
  script.log_in();
  script.talking.quit("bye\r\nJOIN #x");
  script.talking.quit("again");
  CHECK(script.sent() == texts{"^QUIT :byeJOIN #x"});
  script.server({"ERROR :Closing Link"});
  CHECK(told(script.talking) == name(errc::closed) + "|left|");
}

TEST_CASE("parts and topics are events, too", "[irc][session]") {
  session_script script;
  script.log_in();
  script.server({":a!b@c PART #c :bye", ":a!b@c TOPIC #c :new", ":a!b@c JOIN #c"});
  const auto events = script.events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].type == event_type::part);
  CHECK(events[0].text == "bye");
  CHECK(events[1].type == event_type::topic);
  CHECK(events[1].text == "new");
  CHECK(events[2].type == event_type::join);
  CHECK(events[2].from.room == "#c");
}

TEST_CASE("every message may come with too few parameters", "[irc][session]") {
  for (const std::string command :
       {"PING",    "PRIVMSG", "NOTICE", "JOIN",         "PART", "KICK", "TOPIC", "NICK",
        "CHGHOST", "ERROR",   "001",    "005",          "376",  "396",  "433",   "437",
        "464",     "465",     "471",    "999",          "000",  "MODE", "CAP",   "BATCH",
        "TAGMSG",  "ACCOUNT", "QUIT",   "AUTHENTICATE", "330",  "353",  "354",   "366",
        "900",     "901",     "902",    "903",          "904",  "905",  "906",   "907",
        "908",     "INVITE",  "KILL",   "263",          "303",  "311",  "313",   "318",
        "332",     "401",     "403",    "435",          "463",  "466",  "470",   "473",
        "474",     "475",     "477",    "730",          "731",  "734"}) {
    for (const std::string source : {"", ":mynah ", ":mynah!u@h ", ":irc.test "}) {
      for (const std::string params : {"", " ", " :", " mynah", " #c", " #c mynah"}) {
        session_options options = in_channels({channel_entry("#c")});
        options.services.password = "pencil";
        options.nick = "parrot";  // so that it is waited for
        session_script before(options);
        before.server({source + command + params});
        session_script after(options);
        after.log_in();
        after.server({source + command + params});
        after.advance(1h);
      }
    }
  }
  SUCCEED();
}
