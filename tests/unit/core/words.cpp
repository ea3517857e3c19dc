// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <chrono>

#include "core/words.hpp"

namespace {

std::vector<std::string> split(std::string_view line) {
  std::vector<std::string> texts;
  for (const auto& each : mynah::core::split_words(line)) texts.push_back(each.text);
  return texts;
}

using list = std::vector<std::string>;

}  // namespace

TEST_CASE("words are split at any run of blanks") {
  CHECK(split("").empty());
  CHECK(split("  \t ").empty());
  CHECK(split("a  b\tc\nd ") == list{"a", "b", "c", "d"});
}

TEST_CASE("quotes keep blanks together") {
  CHECK(split("say \"a b\" c") == list{"say", "a b", "c"});
  CHECK(split("say 'a  b'") == list{"say", "a  b"});
  CHECK(split("--name=\"a b\" x") == list{"--name=a b", "x"});
  CHECK(split("\"\"") == list{""});
  CHECK(split(R"(say "a \"b\" \\ c")") == list{"say", "a \"b\" \\ c"});
  CHECK(split(R"(say "C:\dir")") == list{"say", "C:\\dir"});
}

TEST_CASE("quotes that quote nothing are letters") {
  CHECK(split("don't panic") == list{"don't", "panic"});
  CHECK(split("say \"open") == list{"say", "\"open"});
  CHECK(split("5\" disk") == list{"5\"", "disk"});
  CHECK(split("'tis it") == list{"'tis", "it"});
}

TEST_CASE("a quote that is never closed hides none that is") {
  CHECK(split("'a \"b c\" 'd") == list{"'a", "b c", "'d"});
  CHECK(split("'a 'b c' 'd") == list{"a 'b c", "'d"});
  CHECK(split(R"("a\" "b\\ c" d)") == list{R"(a" "b\ c)", "d"});
  CHECK(split(R"('a x='b\' x="c d" 'e\')") == list{"'a", "x='b\\'", "x=c d", "'e\\'"});
}

TEST_CASE("long lines take no longer than their length") {
  constexpr std::size_t size = 1 << 20;
  for (const std::string each : {"'a ", "a='b ", "\"\\\" ", "'a \"b "}) {
    CAPTURE(each);
    std::string line;
    while (line.size() < size) line += each;
    const auto start = std::chrono::steady_clock::now();
    CHECK(split(line).size() > 1000);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
  }
}

TEST_CASE("words know where they stand and whether they were quoted") {
  const auto words = mynah::core::split_words("a \"b c\" d");
  REQUIRE(words.size() == 3);
  CHECK(words[1].begin == 2);
  CHECK(words[1].end == 7);
  CHECK(words[1].quoted);
  CHECK_FALSE(words[2].quoted);
}
