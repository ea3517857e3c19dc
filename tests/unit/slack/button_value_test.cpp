// SPDX-License-Identifier: Apache-2.0
#include "button_value.hpp"

#include <random>

#include <mynah/utf8.hpp>

#include "catch.hpp"

using namespace mynah::slack;

TEST_CASE("the value of a button comes back", "[slack][button]") {
  CHECK(button_value(button_kind::command, "deploy web").to_string() == R"({"c":"deploy web"})");
  CHECK(button_value(button_kind::answer, "yes", "q1").to_string() == R"({"a":"yes","q":"q1"})");
  std::mt19937 random(3);
  const std::string_view pieces[] = {
      "a", "\"", "\\", "&", "<", ">", "\n", "\xC3\xA4", "|", "\xF0\x9F\x91\x8D", "{", "u0026"};
  for (int round = 0; round < 1000; ++round) {
    std::string text;
    for (auto i = random() % 10; i > 0; --i) text += pieces[random() % std::size(pieces)];
    const button_value made(static_cast<button_kind>(random() % 3), text,
                            random() % 2 == 0 ? "" : text);
    const std::string value = made.to_string();
    CAPTURE(value);
    REQUIRE(value.find_first_of("&<>") == std::string::npos);
    for (const char c : value) REQUIRE((c >= ' ' && c < 0x7F));
    REQUIRE(button_value::parse(value) == made);
  }
}

TEST_CASE("values of others are none", "[slack][button]") {
  for (const std::string_view value : {"", "build-17", "{", "{}", "[]", R"({"x":"y"})",
                                       R"({"c":1})", R"({"c":null})", R"("c")", "null"}) {
    CAPTURE(value);
    CHECK_FALSE(button_value::parse(value).has_value());
  }
}
