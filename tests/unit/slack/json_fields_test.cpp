// SPDX-License-Identifier: Apache-2.0
#include "json_fields.hpp"

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

TEST_CASE("fields of another type are not there", "[slack][json]") {
  const auto made = parse_json(
      R"({"t":"x","n":5,"big":18446744073709551615,"low":-9,"f":1.5,"y":true,"no":false,)"
      R"("s":"true","o":{"a":1},"l":[1],"z":null})");
  REQUIRE(made.has_value());
  CHECK(text_in(*made, "t") == "x");
  CHECK(text_in(*made, "n").empty());
  CHECK(text_in(*made, "z").empty());
  CHECK(text_in(*made, "missing").empty());
  CHECK(number_in(*made, "n") == 5);
  CHECK(number_in(*made, "low") == -9);
  CHECK_FALSE(number_in(*made, "big").has_value());
  CHECK_FALSE(number_in(*made, "f").has_value());
  CHECK_FALSE(number_in(*made, "t").has_value());
  CHECK(is_true_in(*made, "y"));
  CHECK_FALSE(is_true_in(*made, "no"));
  CHECK_FALSE(is_true_in(*made, "s"));
  CHECK_FALSE(is_true_in(*made, "n"));
  CHECK(object_in(*made, "o").size() == 1);
  CHECK(object_in(*made, "l").empty());
  CHECK(array_in(*made, "l").size() == 1);
  CHECK(array_in(*made, "o").empty());
  for (const char* const other : {"[]", "3", "\"t\"", "null"}) {
    const auto value = parse_json(other);
    REQUIRE(value.has_value());
    CHECK(field(*value, "t") == nullptr);
    CHECK(text_in(*value, "t").empty());
  }
}

TEST_CASE("bytes that are no UTF-8 are written as such", "[slack][json]") {
  CHECK(dump_json(nlohmann::json("a\xFF")) == "\"a\xEF\xBF\xBD\"");
}
