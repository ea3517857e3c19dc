// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/duration.hpp>

using namespace mynah;
using namespace std::chrono_literals;

TEST_CASE("durations are read") {
  CHECK(parse_duration("250ms") == 250ms);
  CHECK(parse_duration("30s") == 30s);
  CHECK(parse_duration("1h30m") == 90min);
  CHECK(parse_duration("2d") == 48h);
  CHECK(parse_duration("1w") == 24h * 7);
  CHECK(parse_duration("0") == 0ms);
  CHECK(parse_duration("0s") == 0ms);
  CHECK(parse_duration("1m30s500ms") == 90'500ms);
}

TEST_CASE("what is no duration is refused") {
  for (const char* text : {"", "5", "s", "-5s", "5 s", "5x", "5m1h", "1s1s", "1.5h", "5sm", "+5s",
                           "99999999999999999999s", "99999999d"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("durations are written as people say them") {
  CHECK(format_duration(0ms) == "0s");
  CHECK(format_duration(-5s) == "0s");
  CHECK(format_duration(250ms) == "250ms");
  CHECK(format_duration(30s) == "30s");
  CHECK(format_duration(30'250ms) == "30s");
  CHECK(format_duration(90min) == "1h30m");
  CHECK(format_duration(1h + 5s) == "1h");
  CHECK(format_duration(51h) == "2d3h");
}

TEST_CASE("what is written reads back") {
  for (const auto time : {1ms, 999ms, 1000ms, 61'000ms, 3'660'000ms, 90'000'000ms}) {
    CHECK(parse_duration(format_duration(time)) == time);
  }
}
