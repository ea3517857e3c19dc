// SPDX-License-Identifier: Apache-2.0
#include "characters.hpp"

#include "catch.hpp"

using namespace mynah::slack;

namespace {

const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";  // woman, joiner, girl
const std::string thumb = "\xF0\x9F\x91\x8D\xF0\x9F\x8F\xBD";               // with a skin tone
const std::string flag = "\xF0\x9F\x87\xA9\xF0\x9F\x87\xAA";                // D, E
const std::string accented = "e\xCC\x81";                                   // e, acute

}  // namespace

TEST_CASE("characters are code points", "[slack][characters]") {
  CHECK(count_characters("") == 0);
  CHECK(count_characters("abc") == 3);
  CHECK(count_characters("\xC3\xA4\xE2\x82\xAC") == 2);
  CHECK(count_characters(family) == 3);
}

TEST_CASE("what people see as one character stays together", "[slack][characters]") {
  CHECK(visible_character("") == 0);
  CHECK(visible_character("ab") == 1);
  CHECK(visible_character(accented + "x") == accented.size());
  CHECK(visible_character(family + "x") == family.size());
  CHECK(visible_character(thumb + thumb) == thumb.size());
  CHECK(visible_character(flag + flag) == flag.size());
  CHECK(visible_character("\r\nx") == 2);
  CHECK(visible_character("\n\xCC\x81") == 1);
  CHECK(visible_character("\xFF\xFE") == 1);
  // Letters on both sides of a joiner are two.
  CHECK(visible_character("a\xE2\x80\x8D"
                          "b") == 4);
}

TEST_CASE("a run of marks does not go on for ever", "[slack][characters]") {
  std::string text = "e";
  for (int i = 0; i < 1000; ++i) text += "\xCC\x81";
  CHECK(count_characters(text.substr(0, visible_character(text))) == 33);
}

TEST_CASE("texts are shortened between characters", "[slack][characters]") {
  CHECK(shortened("abc", 3) == "abc");
  CHECK(shortened("abcd", 3) == "ab\xE2\x80\xA6");
  CHECK(shortened("ab" + family + "c", 4) == "ab\xE2\x80\xA6");
  CHECK(shortened("abc", 1) == "\xE2\x80\xA6");
  CHECK(shortened("abc", 0).empty());
}

TEST_CASE("plain text is one escaped line that fits", "[slack][characters]") {
  CHECK(plain_line("Tom & Jerry", 75) == "Tom &amp; Jerry");
  CHECK(plain_line("a\nb\x1B", 75) == "a b");
  CHECK(plain_line("bad\xFF", 75) == "bad\xEF\xBF\xBD");
  for (const std::string_view piece : {"&", "a", "&a", "<<<a", "\xF0\x9F\x91\x8D"}) {
    std::string words;
    while (words.size() < 4000) words += piece;
    for (const std::size_t most : {8U, 24U, 75U, 150U}) {
      const std::string line = plain_line(words, most);
      CAPTURE(line, most);
      CHECK(count_characters(line) <= most);
      CHECK(count_characters(line) + 6 >= most);
      CHECK(line.ends_with("\xE2\x80\xA6"));
    }
  }
}
