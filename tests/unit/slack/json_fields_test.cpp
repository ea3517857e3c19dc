// SPDX-License-Identifier: Apache-2.0
#include "json_fields.hpp"

#include "json_text.hpp"

#include "catch.hpp"

using namespace mynah::slack;

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
