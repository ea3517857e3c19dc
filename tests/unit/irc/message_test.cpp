// SPDX-License-Identifier: Apache-2.0
#include "message.hpp"

#include "catch.hpp"

using namespace mynah::irc;

namespace {

using texts = std::vector<std::string>;

message parsed(std::string_view line) {
  const auto got = message::parse(line);
  REQUIRE(got.has_value());
  return *got;
}

}  // namespace

TEST_CASE("messages are taken apart", "[irc][message]") {
  struct row {
    const char* line;
    const char* source;
    const char* command;
    texts params;
  };
  const std::vector<row> rows = {
      {"PING x", "", "PING", {"x"}},
      {"ping :x y", "", "PING", {"x y"}},
      {":irc.test 001 bot :Welcome to IRC", "irc.test", "001", {"bot", "Welcome to IRC"}},
      {":a!b@c PRIVMSG #c :hi there", "a!b@c", "PRIVMSG", {"#c", "hi there"}},
      {":a!b@c PRIVMSG #c hi", "a!b@c", "PRIVMSG", {"#c", "hi"}},
      {":a!b@c PRIVMSG #c :", "a!b@c", "PRIVMSG", {"#c", ""}},
      {":a!b@c PRIVMSG #c ::-)", "a!b@c", "PRIVMSG", {"#c", ":-)"}},
      {":a  PRIVMSG   #c    :  two  blanks ", "a", "PRIVMSG", {"#c", "  two  blanks "}},
      {"MODE #c +o a:b ", "", "MODE", {"#c", "+o", "a:b"}},
      {"@time=x;+y :a NOTICE b :c", "a", "NOTICE", {"b", "c"}},
      {"@only :a JOIN #c", "a", "JOIN", {"#c"}},
      {"   JOIN #c", "", "JOIN", {"#c"}},
      {"QUIT", "", "QUIT", {}},
      {"QUIT   ", "", "QUIT", {}},
  };
  for (const row& each : rows) {
    CAPTURE(each.line);
    const message got = parsed(each.line);
    CHECK(got.source == each.source);
    CHECK(got.command == each.command);
    CHECK(got.params == each.params);
  }
}

TEST_CASE("lines without a command are no messages", "[irc][message]") {
  for (const char* line : {"", " ", ":source", ":source  ", "@tag", "@tag :source", ":", "@",
                           "@ :", ": :odd! x", "PRIV:MSG x"}) {
    CAPTURE(line);
    CHECK_FALSE(message::parse(line).has_value());
  }
}

TEST_CASE("tags are unescaped", "[irc][message]") {
  const message got = parsed(R"(@a=1\:2\s3\\4\r5\n6\b7\;b;c=;d=x\;d=last;+v/e=y;=z PING)");
  CHECK(got.tag("a") == "1;2 3\\4\r5\n6b7");
  CHECK(got.tag("b").empty());
  CHECK(got.tag("c").empty());
  CHECK(got.tag("d") == "last");
  CHECK(got.tag("+v/e") == "y");
  CHECK(got.tag("D").empty());
  CHECK(got.command == "PING");
}

TEST_CASE("too few parameters are empty ones", "[irc][message]") {
  const message got = parsed("PRIVMSG");
  CHECK(got.param(0).empty());
  CHECK(got.param(7).empty());
  CHECK(got.last().empty());
}

TEST_CASE("sources are taken apart", "[irc][message]") {
  struct row {
    const char* text;
    const char* nick;
    const char* user;
    const char* host;
    bool server;
  };
  const std::vector<row> rows = {
      {"nick!user@host", "nick", "user", "host", false},
      {"nick!~u@cloak/with:odd", "nick", "~u", "cloak/with:odd", false},
      {"nick@host", "nick", "", "host", false},
      {"nick!user", "nick", "user", "", false},
      {"nick", "nick", "", "", false},
      {"irc.test", "irc.test", "", "", true},
      {"", "", "", "", true},
      {"a.b!user@host", "a.b", "user", "host", false},
      {"n!u@x@host", "n", "u@x", "host", false},
  };
  for (const row& each : rows) {
    CAPTURE(each.text);
    const message_source got = message_source::parse(each.text);
    CHECK(got.nick == each.nick);
    CHECK(got.user == each.user);
    CHECK(got.host == each.host);
    CHECK(got.is_server() == each.server);
  }
}

TEST_CASE("lines are built", "[irc][message]") {
  CHECK(build("QUIT", {}) == "QUIT");
  CHECK(build("NICK", {"bot"}) == "NICK bot");
  CHECK(build("JOIN", {"#a,#b", "key"}) == "JOIN #a,#b key");
  CHECK(build("PRIVMSG", {"#c", "hi there"}) == "PRIVMSG #c :hi there");
  CHECK(build("PRIVMSG", {"#c", "hi"}, true) == "PRIVMSG #c :hi");
  CHECK(build("PRIVMSG", {"#c", ""}) == "PRIVMSG #c :");
  CHECK(build("PRIVMSG", {"#c", ":)"}) == "PRIVMSG #c ::)");
  CHECK(build("USER", {"", "0", "*", "x"}, true) == "USER * 0 * :x");
}

TEST_CASE("parameters cannot become others", "[irc][message]") {
  CHECK(build("JOIN", {"#a b", "::k ey"}) == "JOIN #ab :::k ey");
  CHECK(build("PRIVMSG", {":#c", "x\r\nQUIT"}, true) == "PRIVMSG #c :xQUIT");
  CHECK(build("NICK", {std::string_view("a\0b", 3)}) == "NICK ab");
}

TEST_CASE("nothing passes the wire as a second line", "[irc][message]") {
  CHECK(on_wire("PING x") == "PING x\r\n");
  CHECK(on_wire("PRIVMSG #c :a\r\nQUIT\rX\n") == "PRIVMSG #c :aQUITX\r\n");
  CHECK(on_wire(std::string_view("a\0b", 3)) == "ab\r\n");
  const std::string longest = on_wire(std::string(600, 'x'));
  CHECK(longest.size() == 512);
  CHECK(longest.ends_with("x\r\n"));
  // 509 bytes and a character of two that does not fit whole.
  const std::string cut = on_wire(std::string(509, 'x') + "\xC3\xA4");
  CHECK(cut.size() == 511);
}
