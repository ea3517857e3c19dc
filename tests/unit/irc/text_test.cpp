// SPDX-License-Identifier: Apache-2.0
// UTF-8, format codes, CTCP, and splitting.
#include <vector>

#include "catch.hpp"
#include "ctcp.hpp"
#include "formatting.hpp"
#include "text_split.hpp"
#include "utf8.hpp"

using namespace mynah::irc;

namespace {

std::vector<std::string> split(std::string_view text, std::size_t room) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t length = piece_length(text, room);
    REQUIRE(length > 0);
    pieces.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return pieces;
}

using texts = std::vector<std::string>;

}  // namespace

TEST_CASE("UTF-8 is told from what is not", "[irc][utf8]") {
  for (const char* good : {"", "abc", "\xC3\xA4", "\xE2\x82\xAC", "\xF0\x9F\x98\x80",
                           "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
    CHECK(mynah::is_utf8(good));
  }
  for (const char* bad :
       {"\x80", "\xC3", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF0\x80\x80\x80",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "a\xC3z"}) {
    CHECK_FALSE(mynah::is_utf8(bad));
  }
}

TEST_CASE("what is not UTF-8 is read as Latin-1", "[irc][utf8]") {
  CHECK(decoded("caf\xE9") == "caf\xC3\xA9");
  CHECK(decoded("caf\xC3\xA9") == "caf\xC3\xA9");
  CHECK(decoded("\x93q\x94\xFF") == "\xEF\xBF\xBDq\xEF\xBF\xBD\xC3\xBF");
}

TEST_CASE("our own text is repaired byte by byte", "[irc][utf8]") {
  CHECK(mynah::repaired_utf8("a\xC3\xA4") == "a\xC3\xA4");
  CHECK(mynah::repaired_utf8("a\xC3z\xFF") == "a\xEF\xBF\xBDz\xEF\xBF\xBD");
}

TEST_CASE("format codes go, words stay", "[irc][formatting]") {
  CHECK(
      without_formatting("\x02"
                         "bold\x02 \x1Dit\x1D \x1Fun\x1F \x1Est\x1E \x11mono\x11 \x16r\x16 \x0F") ==
      "bold it un st mono r ");
  CHECK(without_formatting("\x03"
                           "4red\x03 \x03"
                           "04,12two\x03"
                           "99,x") == "red two,x");
  CHECK(without_formatting("\x03"
                           "123") == "3");
  CHECK(without_formatting("\x03,5") == ",5");
  CHECK(without_formatting("\x04"
                           "FF0000red\x04"
                           "FF0000,00ff00two\x04"
                           "12345x") == "redtwo12345x");
  CHECK(without_formatting("a\tb\x7f\x1b[0m") == "a b[0m");
}

TEST_CASE("CTCP is recognised", "[irc][ctcp]") {
  CHECK_FALSE(ctcp::parse("hello").has_value());
  CHECK_FALSE(ctcp::parse("").has_value());
  CHECK_FALSE(ctcp::parse("x\x01VERSION\x01").has_value());
  const auto version = ctcp::parse("\x01version\x01");
  REQUIRE(version);
  CHECK(version->command == "VERSION");
  CHECK(version->argument.empty());
  const auto action = ctcp::parse(
      "\x01"
      "ACTION waves  twice");
  REQUIRE(action);
  CHECK(action->command == "ACTION");
  CHECK(action->argument == "waves  twice");
  const auto empty = ctcp::parse("\x01");
  REQUIRE(empty);
  CHECK(empty->command.empty());
}

TEST_CASE("text is split between words if it can be", "[irc][text_split]") {
  CHECK(split("short", 20) == texts{"short"});
  CHECK(split("one two three four", 10) == texts{"one two ", "three four"});
  CHECK(split("aaaaaaaaaaaaaaaaaaaa", 8) == texts{"aaaaaaaa", "aaaaaaaa", "aaaa"});
  // A blank in the first half would waste the line.
  CHECK(split("a bbbbbbbbbbbbbbb", 10) == texts{"a bbbbbbbb", "bbbbbbb"});
}

TEST_CASE("text is split between characters", "[irc][text_split]") {
  // Two-byte characters in an odd room.
  CHECK(split("\xC3\xA4\xC3\xA4\xC3\xA4", 5) == texts{"\xC3\xA4\xC3\xA4", "\xC3\xA4"});
  // A letter and its combining accent stay together.
  CHECK(split("aaaae\xCC\x81"
              "b",
              5) == texts{"aaaa",
                          "e\xCC\x81"
                          "b"});
  // So does a family joined by zero width joiners, if it fits at all.
  const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  CHECK(split("aaaaaaaaaaaa" + family, 20) == texts{"aaaaaaaaaaaa", family});
  // A flag is two letters, however many stand in a row.
  const std::string flag = "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";
  CHECK(split("a" + flag + flag + flag, 22) == texts{"a" + flag + flag, flag});
  CHECK(split(flag + flag + flag, 22) == texts{flag + flag, flag});
  // Endless marks do not make an endless loop.
  std::string marks;
  for (int i = 0; i < 100; ++i) marks += "\xCC\x81";
  std::string joined;
  for (const auto& piece : split(marks, 11)) {
    CHECK(piece.size() <= 11);
    joined += piece;
  }
  CHECK(joined == marks);
}
