// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <chrono>
#include <random>

#include "core/normalise.hpp"

using namespace mynah;

namespace {

std::string normalised(std::string text) {
  core::normalise(text);
  return text;
}

}  // namespace

TEST_CASE("what keyboards and clients make of a line becomes what was typed") {
  CHECK(normalised("echo \u201ca b\u201d \u2018c\u2019") == "echo \"a b\" 'c'");
  CHECK(normalised("deploy \u2014force") == "deploy --force");
  CHECK(normalised("deploy \u2013force") == "deploy --force");
  CHECK(normalised("pages 3\u20135") == "pages 3-5");
  CHECK(normalised("a\u00a0b\u202fc") == "a b c");
  CHECK(normalised("\ufeffping\u200b") == "ping");
  CHECK(normalised("check <http://web-1.example|web-1.example>") == "check web-1.example");
  CHECK(normalised("get <https://x.example/a?b=c>") == "get https://x.example/a?b=c");
  CHECK(normalised("mail <mailto:a@b.c|a@b.c>") == "mail a@b.c");
  CHECK(normalised("see <https://evil.example|https-looking text>") == "see https://evil.example");
}

TEST_CASE("what is not theirs stays") {
  for (const char* text : {"plain", "a < b > c", "<notalink>", "1 <2", "gr\u00fc\u00df dich",
                           "<http://unclosed", "\U0001F468\u200D\U0001F469"}) {
    CAPTURE(text);
    CHECK(normalised(text) == text);
  }
}

TEST_CASE("bytes that are no UTF-8 become U+FFFD") {
  CHECK(normalised("a\xff"
                   "b") ==
        "a\uFFFD"
        "b");
  CHECK(normalised("\xC0\xAF") == "\uFFFD\uFFFD");            // overlong
  CHECK(normalised("\xED\xA0\x80") == "\uFFFD\uFFFD\uFFFD");  // surrogate
  CHECK(normalised("end\xE2\x82") == "end\uFFFD\uFFFD");
  CHECK(normalised("<http://a\xFF>") == "http://a\uFFFD");
}

TEST_CASE("of many brackets each closes the nearest link only") {
  CHECK(normalised("<a> <http://b|b> c>") == "<a> b c>");
  CHECK(normalised("<http://a b> <http://c> <http://d|e f>") == "<http://a b> http://c http://d");
  CHECK(normalised("| <http://a>|<http://b|c|b>") == "| http://a|b");
  CHECK(normalised("<<http://a>>") == "<http://a>");
  CHECK(normalised(" <http://a|b c|a>") == " <http://a|b c|a>");
}

TEST_CASE("long texts take no longer than their length") {
  constexpr std::size_t size = 1 << 20;
  for (const std::string each : {"<", "<http://", "<http:// ", "<http://| "}) {
    CAPTURE(each);
    std::string text;
    while (text.size() < size) text += each;
    for (const char* end : {"", " >", "|a >"}) {
      const auto start = std::chrono::steady_clock::now();
      CHECK(!normalised(text + end).empty());
      CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
    }
  }
  const std::string half(size / 2, 'a');
  const auto start = std::chrono::steady_clock::now();
  CHECK(normalised("<http://" + half + half + "|" + half + "b>").size() == size + 7);
  CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

TEST_CASE("an event keeps what came") {
  event said(event_type::message, address(), principal(), "\u2014help");
  core::normalise(said);
  CHECK(said.text == "--help");
  CHECK(said.raw() == "\u2014help");
  event plain(event_type::message, address(), principal(), "ping");
  core::normalise(plain);
  CHECK_FALSE(plain.normalised);
  CHECK(plain.raw() == "ping");
}

TEST_CASE("normalising twice changes nothing more, and the result is UTF-8") {
  std::mt19937 random(7);
  const std::string alphabet = "a <>|-\"'\xE2\x80\x94\x9C\xC2\xA0http://";
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (auto i = random() % 24; i != 0; --i) text += alphabet[random() % alphabet.size()];
    core::normalise(text);
    std::string again = text;
    for (const char c : text) REQUIRE(static_cast<unsigned char>(c) != 0xFF);
    // A link inside a link is unpacked once only; everything else is stable.
    if (text.find('<') == std::string::npos) {
      core::normalise(again);
      REQUIRE(again == text);
    }
  }
}

TEST_CASE("the line of an action is nobody's typing") {
  event chosen(event_type::action, address(), principal(), "say \"a \u201cb\u201d c\"");
  core::normalise(chosen);
  CHECK_FALSE(chosen.normalised);
  CHECK(chosen.text == "say \"a \u201cb\u201d c\"");
}
