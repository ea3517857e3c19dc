// SPDX-License-Identifier: Apache-2.0
#include "json_text.hpp"

#include <limits>

#include "catch.hpp"

using namespace mynah::slack;

TEST_CASE("JSON from outside is read or refused", "[slack][json]") {
  for (const std::string_view text :
       {"", "{", "{\"a\":}", "nul", "{\"a\":\"\xFF\"}", "{\"a\":\"\\ud800\"}", "{} {}", "\"", "\\",
        "{'a':1}", "\"\\"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_json(text).has_value());
  }
  CHECK(parse_json("null").has_value());
  CHECK(parse_json(" {\"a\":[1,\"[[[\\\"{\"]} ").has_value());
}

TEST_CASE("deep nesting is refused before it costs the stack", "[slack][json]") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(parse_json(nested(most_nested)).has_value());
  CHECK_FALSE(parse_json(nested(most_nested + 1)).has_value());
  CHECK_FALSE(parse_json(std::string(5'000'000, '[')).has_value());
  CHECK_FALSE(parse_json(nested(3'000'000)).has_value());
  // Side by side is not nested.
  std::string wide = "[";
  for (int i = 0; i < 1000; ++i) wide += "[],";
  CHECK(parse_json(wide + "[]]").has_value());
}

TEST_CASE("JSON becomes the tree that it says", "[slack][json]") {
  for (const std::string_view text :
       {R"({})", R"([])", R"("")", R"(0)", R"(-1)", R"(18446744073709551615)",
        R"(-9223372036854775808)", R"(1.5)", R"(true)", R"(false)", R"(null)",
        R"({"a":{"b":[[],{},[{"c":null}],"x"],"d":"y"},"e":[1,-2,3.25,true,"\"\\\n\u00e4😀"]})"}) {
    CAPTURE(text);
    const auto read = parse_json(text);
    REQUIRE(read.has_value());
    const auto expected = nlohmann::json::parse(text);
    CHECK(*read == expected);
    CHECK(read->type() == expected.type());
    CHECK(dump_json(*read) == dump_json(expected));
  }
  const auto twice = parse_json(R"({"a":{"b":1},"a":2})");
  REQUIRE(twice.has_value());
  CHECK(*twice == nlohmann::json{{"a", 2}});
  // Longer than the parser's own buffer, with escapes, so that it comes in parts.
  std::string written = "\"";
  std::string meant;
  for (int i = 0; i < 5000; ++i) {
    written += "\\u00fc\\n ab";
    meant += "\xC3\xBC\n ab";
  }
  const auto text = parse_json(written + '"');
  REQUIRE(text.has_value());
  CHECK(*text == nlohmann::json(meant));
  const auto name = parse_json("{" + written + "\":1}");
  REQUIRE(name.has_value());
  CHECK(name->contains(meant));
}

TEST_CASE("bytes that are no UTF-8 are written as such", "[slack][json]") {
  CHECK(dump_json(nlohmann::json("a\xFF")) == "\"a\xEF\xBF\xBD\"");
}
