// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <re2/re2.h>

#include <random>

#include <mynah/error.hpp>

#include "core/router.hpp"

using namespace mynah;
using core::router;

namespace {

std::string part(const core::route& found, const std::string& line, std::size_t group) {
  return line.substr(found.captures.at(group).begin, found.captures.at(group).size);
}

}  // namespace

TEST_CASE("patterns are searched unanchored and case-sensitive, as written") {
  router routes;
  routes.add("b+c", 0, "one");
  routes.build();
  CHECK(routes.find("aabbcc"));
  CHECK_FALSE(routes.find("AABBCC"));
  CHECK_FALSE(routes.find(""));
}

TEST_CASE("captures are parts of the line, numbered and named") {
  router routes;
  routes.add("^deploy (?P<service>\\w+)(?: to (?P<env>\\w+))?", 0, "deploy");
  routes.build();
  const std::string line = "deploy web to prod";
  const auto found = routes.find(line);
  REQUIRE(found);
  CHECK(part(*found, line, 0) == line);
  CHECK(part(*found, line, 1) == "web");
  CHECK(part(*found, line, 2) == "prod");
  CHECK(found->capture_names->at("env") == 2);
  const auto without = routes.find("deploy web");
  REQUIRE(without);
  CHECK(part(*without, "deploy web", 2).empty());
}

TEST_CASE("many groups are no problem") {
  router routes;
  std::string pattern = "^x";
  for (int i = 0; i < 30; ++i) pattern += "(.)";
  routes.add(pattern, 0, "x");
  routes.build();
  const std::string line = "x" + std::string(30, 'y');
  const auto found = routes.find(line);
  REQUIRE(found);
  CHECK(found->captures.size() == 31);
  CHECK(part(*found, line, 30) == "y");
}

TEST_CASE("priority decides, then registration; never chance") {
  router routes;
  const auto late = routes.add("ping", 5, "late");
  const auto first = routes.add("^pi", 0, "first");
  const auto second = routes.add("^ping", 0, "second");
  const auto urgent = routes.add("ng please", -1, "urgent");
  routes.build();
  CHECK(routes.find("ping")->index == first);
  CHECK(routes.find("ping please")->index == urgent);
  CHECK(routes.find("a ping")->index == late);
  static_cast<void>(second);
}

TEST_CASE("names match as whole first words") {
  router routes;
  const auto ping = routes.add_name("ping", 0, "ping");
  const auto laws = routes.add_name("three laws", 0, "laws");
  routes.build();
  CHECK(routes.find("ping")->index == ping);
  CHECK(routes.find("ping x")->index == ping);
  CHECK(routes.find("ping\tx")->index == ping);
  CHECK(routes.find("three laws of robotics")->index == laws);
  CHECK_FALSE(routes.find("pinging"));
  CHECK_FALSE(routes.find("three"));
  CHECK_FALSE(routes.find("a ping"));
}

TEST_CASE("a pattern that RE2 refuses, or that is there already, is refused with both owners") {
  router routes;
  CHECK_THROWS_WITH(routes.add("a(", 0, "command 'a'"),
                    ContainsSubstring("command 'a': RE2 refuses the pattern 'a('"));
  CHECK_THROWS_AS(routes.add("(a)\\1", 0, "backreference"), registration_error);
  routes.add("^x$", 0, "command 'one'");
  CHECK_THROWS_WITH(routes.add("^x$", 3, "command 'two'"),
                    ContainsSubstring("command 'two'") && ContainsSubstring("command 'one'"));
}

TEST_CASE("the literal beginning of a pattern") {
  using core::literal_beginning;
  CHECK(literal_beginning("^ping$") == "ping");
  CHECK(literal_beginning("^deploy (\\w+)") == "deploy ");
  CHECK(literal_beginning("^deploy\\b") == "deploy");
  CHECK(literal_beginning("^pings?$") == "ping");
  CHECK(literal_beginning("^ab+c") == "ab");
  CHECK(literal_beginning("^ab{2}") == "a");
  CHECK(literal_beginning("^a\\.b") == "a.b");
  CHECK(literal_beginning("^a(b|c)") == "a");
  CHECK(literal_beginning("^a[|]b|x").empty());
  CHECK(literal_beginning("^a[]|]b") == "a");
  CHECK(literal_beginning("^a|b").empty());
  CHECK(literal_beginning("ping").empty());
  CHECK(literal_beginning("(?i)^ping").empty());
  CHECK(literal_beginning("^(?i)ping").empty());
  CHECK(literal_beginning("^\\Qa|b\\E").empty());
  CHECK(literal_beginning("^gr\u00fc\u00df") == "gr");
  CHECK(literal_beginning("^").empty());
  CHECK(literal_beginning("^a\\").size() <= 1);
}

TEST_CASE("many patterns with one beginning do not make a chain") {
  router routes;
  for (int i = 0; i < 100; ++i) {
    routes.add("^same " + std::string(static_cast<std::size_t>(i + 1), '.') + "x$", 0, "c");
  }
  routes.build();
  CHECK(routes.unindexed() >= 90);
  const auto found = routes.find("same " + std::string(50, 'a') + "x");
  REQUIRE(found);
  CHECK(found->index == 49);
}

// The router against the plain meaning: try every pattern in order.
TEST_CASE("random patterns route as a linear search would") {
  std::mt19937 random(20'261);
  const std::vector<std::string> pieces = {"a",   "b",  "ab", "(a|b)", "a*",  "b+", "[ab]", ".",
                                           "\\b", "a?", " ",  "(?:b)", "\\.", "$",  "a|b",  "c"};
  for (int round = 0; round < 300; ++round) {
    router routes;
    struct known {
      std::string pattern;
      int priority;
      bool name;
    };
    std::vector<known> added;
    for (auto i = 1 + random() % 40; i != 0; --i) {
      std::string pattern = random() % 3 != 0 ? "^" : "";
      const bool name = random() % 5 == 0;
      if (name) pattern.clear();
      for (auto n = 1 + random() % 4; n != 0; --n) {
        pattern += name ? std::string(1, "abc"[random() % 3]) : pieces[random() % pieces.size()];
      }
      const int priority = static_cast<int>(random() % 3);
      try {
        if (name) {
          routes.add_name(pattern, priority, "x");
        } else {
          routes.add(pattern, priority, "x");
        }
      } catch (const registration_error&) {
        continue;  // the same once more, or no pattern at all
      }
      added.push_back({pattern, priority, name});
    }
    routes.build();
    for (int lines = 0; lines < 100; ++lines) {
      std::string line;
      for (auto n = random() % 7; n != 0; --n) line += "abc ."[random() % 5];
      std::optional<std::size_t> expected;
      for (int priority = 0; priority < 3 && !expected; ++priority) {
        for (std::size_t i = 0; i < added.size() && !expected; ++i) {
          if (added[i].priority != priority) continue;
          const bool hit =
              added[i].name ? line == added[i].pattern || line.starts_with(added[i].pattern + " ")
                            : RE2::PartialMatch(line, added[i].pattern);
          if (hit) expected = i;
        }
      }
      const auto found = routes.find(line);
      INFO("line '" << line << "'");
      REQUIRE(found.has_value() == expected.has_value());
      if (found) {
        INFO("found " << added[found->index].pattern << ", expected " << added[*expected].pattern);
        REQUIRE(found->index == *expected);
      }
    }
  }
}

TEST_CASE("thousands of unanchored patterns work") {
  router routes;
  for (int i = 0; i < 3'000; ++i) {
    routes.add("word" + std::to_string(i) + "\\s+(\\d+)", 0, "x");
  }
  routes.build();
  const auto found = routes.find("please word2999 17");
  REQUIRE(found);
  CHECK(found->index == 2'999);
  CHECK_FALSE(routes.find("please word3000 17"));
}
