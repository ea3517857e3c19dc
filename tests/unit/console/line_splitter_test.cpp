// SPDX-License-Identifier: Apache-2.0
#include "line_splitter.hpp"

#include "catch.hpp"

using mynah::console::input_line;
using mynah::console::line_splitter;

namespace {

// The lines of a whole input that arrives in pieces of `size` bytes; "(too long)" for what was.
std::vector<std::string> lines_of(const std::string& input, std::size_t size,
                                  std::size_t limit = line_splitter::default_limit) {
  line_splitter splitter(limit);
  std::vector<std::string> out;
  const auto take = [&out](const std::vector<input_line>& lines) {
    for (const input_line& line : lines) out.push_back(line.too_long ? "(too long)" : line.text);
  };
  for (std::size_t at = 0; at < input.size(); at += size) {
    take(splitter.feed(std::string_view(input).substr(at, size)));
  }
  take(splitter.finish());
  return out;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("lines end with LF or CRLF, the last one with nothing") {
  for (const std::size_t size : {1U, 2U, 3U, 100U}) {
    CHECK(lines_of("ping\nhello\r\nlast", size) == list{"ping", "hello", "last"});
    CHECK(lines_of("\n\na\n", size) == list{"", "", "a"});
    CHECK(lines_of("a\rb\n", size) == list{"a\rb"});
    CHECK(lines_of("a\r", size) == list{"a"});
    CHECK(lines_of("", size).empty());
  }
}

TEST_CASE("NUL and what is not UTF-8 is replaced, whatever the pieces") {
  for (const std::size_t size : {1U, 2U, 100U}) {
    CHECK(lines_of(std::string("a\0b\n", 4), size) == list{"a\xef\xbf\xbd"
                                                           "b"});
    CHECK(lines_of("gr\xc3\xbc\xc3\x9f"
                   "e\n",
                   size) == list{"gr\xc3\xbc\xc3\x9f"
                                 "e"});
    CHECK(lines_of("\xff\xc3\n", size) == list{"\xef\xbf\xbd\xef\xbf\xbd"});
    CHECK(lines_of("\xf0\x9f\x90\xa6", size) == list{"\xf0\x9f\x90\xa6"});
    CHECK(lines_of("\xed\xa0\x80", size) == list{"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"});
    CHECK(lines_of("\xc0\xaf", size) == list{"\xef\xbf\xbd\xef\xbf\xbd"});
    CHECK(lines_of("\xf4\x90\x80\x80", size).front().size() == 12);
  }
}

TEST_CASE("a line over the limit is dropped and reported once") {
  for (const std::size_t size : {1U, 3U, 4U, 5U, 6U, 100U}) {
    CHECK(lines_of("12345\nok\n", size, 5) == list{"12345", "ok"});
    CHECK(lines_of("12345\r\nok\n", size, 5) == list{"12345", "ok"});
    CHECK(lines_of("123456\nok\n", size, 5) == list{"(too long)", "ok"});
    CHECK(lines_of("12345678901234567890\nok", size, 5) == list{"(too long)", "ok"});
    CHECK(lines_of("ok\n123456", size, 5) == list{"ok", "(too long)"});
    CHECK(lines_of("ok\n12345", size, 5) == list{"ok", "12345"});
  }
}

TEST_CASE("memory stays bounded by the limit") {
  line_splitter splitter;
  const std::string piece(1U << 16U, 'x');
  for (int i = 0; i < 1000; ++i) CHECK(splitter.feed(piece).empty());
  const std::vector<input_line> lines = splitter.feed("\n");
  REQUIRE(lines.size() == 1);
  CHECK(lines.front().too_long);
}
