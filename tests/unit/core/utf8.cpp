// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <string>

#include <mynah/utf8.hpp>

using namespace mynah;

TEST_CASE("UTF-8 is cut between characters") {
  const std::string text = "a\u00e9\u20ac\U0001F600z";  // 1, 2, 3, 4 and 1 bytes
  const std::size_t borders[] = {0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 11, 11};
  for (std::size_t limit = 0; limit < std::size(borders); ++limit) {
    CAPTURE(limit);
    CHECK(utf8_border(text, limit) == borders[limit]);
    CHECK(is_utf8(text.substr(0, utf8_border(text, limit))));
  }
  CHECK(utf8_border("", 0) == 0);
}

TEST_CASE("bytes that are no UTF-8 are cut anywhere") {
  const std::string text(20, '\x80');
  CHECK(utf8_border(text, 10) == 10);
  CHECK(utf8_border(text, 0) == 0);
}

TEST_CASE("the beginning of a long text says that there is more") {
  CHECK(utf8_beginning("", 5).empty());
  CHECK(utf8_beginning("12345", 5) == "12345");
  CHECK(utf8_beginning("123456", 5) == "12345...");
  CHECK(utf8_beginning("1234\u00e9", 5) == "1234...");
  CHECK(utf8_beginning("1234\u00e9", 6) == "1234\u00e9");
  CHECK(utf8_beginning("\U0001F600", 3) == "...");
}
