// SPDX-License-Identifier: Apache-2.0
#include "render.hpp"

#include <random>

#include <mynah/utf8.hpp>

#include "catch.hpp"
#include "formatting.hpp"
#include "irc_lines.hpp"
#include "message.hpp"
#include "rounds.hpp"
#include "session.hpp"

using mynah::reply;
using mynah_test::lines_of;
using namespace mynah::irc;

namespace {

using texts = std::vector<std::string>;

texts lines(const reply& body, std::size_t room = 400, std::size_t most = 0) {
  return rendered(body, room, most);
}

const std::string zwsp = "\xE2\x80\x8B";

}  // namespace

TEST_CASE("each line of a reply is a message", "[irc][render]") {
  CHECK(lines("one\ntwo\r\n\nthree\n") == texts{"one", "two", "three"});
  CHECK(lines("   \n\t\n") == texts{});
  CHECK(lines(reply()) == texts{});
  CHECK(lines("a\rb") == texts{"a", "b"});
}

TEST_CASE("fragments have a form without markup", "[irc][render]") {
  CHECK(lines(reply("run ").code("ls -l").text(" ").emphasis("now")) == texts{"run ls -l *now*"});
  CHECK(lines(reply("see ").link("docs", "https://x.test/")) ==
        texts{"see docs <https://x.test/>"});
  CHECK(lines(reply().link("", "https://x.test/")) == texts{"https://x.test/"});
  CHECK(lines(reply("out:").code_block("a\nb", "sh").text("end")) ==
        texts{"out:", "a", "b", "end"});
  mynah::card framed("Deploy");
  framed.field("env", "prod").action("Go", "deploy go");
  CHECK(lines(reply("look").with(framed)) == texts{"look", "Deploy", "env: prod", "1) Go"});
}

TEST_CASE("control characters and format codes do not pass", "[irc][render]") {
  CHECK(lines(std::string("\x01"
                          "ACTION x\x01")) == texts{"ACTION x"});
  CHECK(lines(std::string("a\x02"
                          "b\x03"
                          "04c\x1b[1m")) == texts{"abc[1m"});
  CHECK(lines(reply().untrusted("\x01VERSION\x01\x03"
                                "04x")) == texts{"VERSIONx"});
  CHECK(lines(std::string("bad\xFFutf")) == texts{"bad\xEF\xBF\xBDutf"});
}

TEST_CASE("untrusted text cannot start another bot's command", "[irc][render]") {
  CHECK(lines(reply().untrusted("!op me")) == texts{zwsp + "!op me"});
  CHECK(lines(reply().untrusted("a\n.b\nc")) == texts{"a", zwsp + ".b", "c"});
  CHECK(lines(reply().untrusted("  !x")) == texts{"  " + zwsp + "!x"});
  CHECK(lines(reply(" ").untrusted("!x")) == texts{" " + zwsp + "!x"});
  CHECK(lines(reply("he said: ").untrusted("!x")) == texts{"he said: !x"});
  CHECK(lines(reply().untrusted("plain")) == texts{"plain"});
  // The author's own words are meant.
  CHECK(lines("!help for more") == texts{"!help for more"});
  // Also where a long text is split.
  const texts split = lines(reply().untrusted(std::string(30, 'a') + " !op me now please"), 32);
  REQUIRE(split.size() == 2);
  CHECK(split[1] == zwsp + "!op me now please");
}

TEST_CASE("emphasis and code by format codes, if they are wanted", "[irc][render]") {
  const auto formatted = [](const reply& body, std::size_t room) {
    rendering how;
    how.room = room;
    how.formatting = true;
    return render(body, how).messages;
  };
  CHECK(formatted(reply("run ").code("ls").text(" ").emphasis("now"), 400) ==
        texts{"run \x11ls\x11 \x02now"});
  CHECK(formatted(reply().code_block("a\nb"), 400) == texts{"\x11"
                                                            "a",
                                                            "\x11"
                                                            "b"});
  // Nobody else's codes get through, and a suspect is guarded behind our own.
  CHECK(formatted(reply().emphasis("\x03"
                                   "4x\x02y"),
                  400) == texts{"\x02xy"});
  CHECK(formatted(reply().emphasis(" ").untrusted("\x02!op"), 400) ==
        texts{"\x02 \x02" + zwsp + "!op"});
  // Each message begins anew, and codes take their room.
  reply dense;
  for (int i = 0; i < 100; ++i) dense.code("a").text("b");
  std::string joined;
  for (const std::string& piece : formatted(dense, 32)) {
    CHECK(piece.size() <= 32);
    joined += without_formatting(piece);
  }
  CHECK(joined.size() == 200);
  const texts words = formatted(reply().emphasis("aaaaaaaaaa bbbbbbbbbb cccccccccc"), 24);
  REQUIRE(words.size() == 2);
  CHECK(words[0] ==
        "\x02"
        "aaaaaaaaaa bbbbbbbbbb ");
  CHECK(words[1] ==
        "\x02"
        "cccccccccc");
}

TEST_CASE("a long reply is cut visibly", "[irc][render]") {
  CHECK(lines("1\n2\n3\n4", 400, 4) == texts{"1", "2", "3", "4"});
  CHECK(lines("1\n2\n3\n4\n5", 400, 4) == texts{"1", "2", "3", "(2 more lines)"});
}

TEST_CASE("a split reply is complete", "[irc][render]") {
  std::string text;
  for (int i = 0; i < 500; ++i) text += "w\xC3\xB6rd" + std::to_string(i) + " ";
  std::string joined;
  for (const std::string& piece : lines(text, 100)) {
    CHECK(piece.size() <= 100);
    joined += piece;
  }
  CHECK(joined == text);
}

TEST_CASE("whatever a reply holds, only PRIVMSG lines come out", "[irc][render][property]") {
  std::mt19937 random(20260101);
  const auto pick = [&random](std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random);
  };
  const texts seeds = {"\r\nQUIT :x\r\n",
                       "\n",
                       "\r",
                       std::string(1, '\0'),
                       "\x01"
                       "DCC\x01",
                       "\x03"
                       "04,05",
                       "PRIVMSG #other :hi",
                       "\xF0\x9F\x98\x80",
                       "\xFF\xFE",
                       "\xE2\x80",
                       "!",
                       " ",
                       "word",
                       ":",
                       "\xC2\x85",
                       "\xE2\x80\xA8",
                       std::string(600, 'x'),
                       "\x7f"};
  const auto any_text = [&] {
    std::string text;
    for (std::size_t count = pick(8); count > 0; --count) {
      if (pick(3) == 0) {
        for (std::size_t n = pick(20); n > 0; --n) text += static_cast<char>(pick(256));
      } else {
        text += seeds[pick(seeds.size())];
      }
    }
    return text;
  };
  const session talking{session_options(), mynah::logger()};
  session_options with_codes;
  with_codes.formatting = true;
  const session formatted{with_codes, mynah::logger()};
  const std::string start = "PRIVMSG #room :";
  std::size_t bad = 0;
  for (std::size_t round = 0; round < mynah_test::rounds(100'000); ++round) {
    reply body;
    for (std::size_t count = 1 + pick(3); count > 0; --count) {
      switch (pick(7)) {
        case 0:
          body.text(any_text());
          break;
        case 1:
          body.untrusted(any_text());
          break;
        case 2:
          body.code(any_text());
          break;
        case 3:
          body.code_block(any_text(), any_text());
          break;
        case 4:
          body.link(any_text(), any_text());
          break;
        case 5:
          body.emphasis(any_text());
          break;
        default:
          body.with(mynah::card(any_text()).field(any_text(), any_text()).action(any_text(), "x"));
      }
    }
    const auto said = lines_of(round % 2 == 0 ? talking : formatted, "#room", body);
    if (said.has_error()) ++bad;
    if (said.has_error()) continue;
    for (const std::string& line : *said) {
      const std::string_view inner = std::string_view(line).substr(0, line.size() - 2);
      const bool good = line.ends_with("\r\n") && line.starts_with(start) && line.size() <= 512 &&
                        line.size() + talking.prefix_length() <= 512 && mynah::is_utf8(line) &&
                        inner.size() > start.size() &&
                        std::none_of(inner.begin(), inner.end(), [&](char c) {
                          if (round % 2 == 1 && (c == 0x02 || c == 0x11)) return false;
                          return (static_cast<unsigned char>(c) < 0x20) || c == 0x7f;
                        });
      if (!good) ++bad;
    }
  }
  CHECK(bad == 0);
}
