// SPDX-License-Identifier: Apache-2.0
#include "line_buffer.hpp"

#include <vector>

#include "catch.hpp"

using mynah::irc::line_buffer;

namespace {

using texts = std::vector<std::string>;

texts lines_of(line_buffer& buffer, std::string_view bytes) {
  buffer.append(bytes);
  texts lines;
  while (auto line = buffer.next()) lines.push_back(*line);
  return lines;
}

}  // namespace

TEST_CASE("lines end in CR LF, LF or CR, and empty ones are skipped", "[irc][line_buffer]") {
  line_buffer buffer;
  CHECK(lines_of(buffer, "a\r\nb\n\r\n\nc\rd") == texts{"a", "b", "c"});
  CHECK(lines_of(buffer, "e\r\n") == texts{"de"});
}

TEST_CASE("lines come out the same however the bytes arrive", "[irc][line_buffer]") {
  const std::string bytes = "one\r\ntwo\nthree\r\n";
  for (std::size_t step = 1; step <= bytes.size(); ++step) {
    line_buffer buffer;
    texts lines;
    for (std::size_t i = 0; i < bytes.size(); i += step) {
      for (auto& line : lines_of(buffer, std::string_view(bytes).substr(i, step))) {
        lines.push_back(line);
      }
    }
    CHECK(lines == texts{"one", "two", "three"});
  }
}

TEST_CASE("a line that is too long is dropped to its end", "[irc][line_buffer]") {
  const std::string huge(line_buffer::longest + 1, 'x');
  SECTION("at once") {
    line_buffer buffer;
    CHECK(lines_of(buffer, huge + "\r\nPING x\r\n") == texts{"PING x"});
    CHECK(buffer.dropped() == 1);
  }
  SECTION("in pieces, without filling the memory") {
    line_buffer buffer;
    for (int i = 0; i < 100; ++i) {
      CHECK(lines_of(buffer, huge).empty());
      CHECK(buffer.size() <= line_buffer::longest);
    }
    CHECK(lines_of(buffer, "tail\r\nPING x\r\n") == texts{"PING x"});
    CHECK(buffer.dropped() == 1);
  }
  SECTION("the longest that is allowed passes") {
    line_buffer buffer;
    CHECK(lines_of(buffer, huge.substr(1) + "\n").size() == 1);
    CHECK(buffer.dropped() == 0);
  }
}
