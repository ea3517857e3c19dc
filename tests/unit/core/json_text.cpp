// SPDX-License-Identifier: Apache-2.0
// What is written is what a library reads.
#include "core/json_text.hpp"

#include <nlohmann/json.hpp>

#include <limits>
#include <random>

#include "catch.hpp"

using mynah::core::json_text;
using nlohmann::json;

TEST_CASE("objects, arrays and values have commas where they belong") {
  json_text out("mark ");
  out.open_object().key("a").open_array().number(1).string("x").boolean(true).close_array();
  out.key("b").open_object().close_object().key("c").boolean(false);
  out.key("d").open_array().open_array().close_array().open_array().close_array().close_array();
  out.close_object();
  CHECK(std::move(out).take() == R"(mark {"a":[1,"x",true],"b":{},"c":false,"d":[[],[]]})");
}

TEST_CASE("the largest numbers fit") {
  constexpr auto least = std::numeric_limits<std::int64_t>::min();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  json_text out;
  out.open_array().number(least).number(most).number(0).close_array();
  CHECK(json::parse(std::move(out).take()) == json::array({least, most, 0}));
}

TEST_CASE("any text comes back, and what is not UTF-8 is replaced") {
  std::mt19937 random(20261121);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    const auto length = random() % 40;
    for (std::size_t k = 0; k < length; ++k) text += static_cast<char>(random() % 128);
    if (random() % 2 == 0) text += "\xE2\x82\xAC\xF0\x9F\x98\x80\xC2\x85\xE2\x80\xA8";
    json_text out;
    out.open_array().string(text).close_array();
    CHECK(json::parse(std::move(out).take()).at(0).get<std::string>() == text);
  }
  json_text out;
  out.open_array()
      .string(
          "a\xFF"
          "b\xC0\x80")
      .close_array();
  const auto read = json::parse(std::move(out).take()).at(0).get<std::string>();
  CHECK(
      read.starts_with("a\xEF\xBF\xBD"
                       "b"));
}
