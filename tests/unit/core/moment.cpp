// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <string>

#include <mynah/moment.hpp>

using namespace mynah;
using namespace std::chrono_literals;

namespace {

using time_point = std::chrono::system_clock::time_point;

constexpr time_point now{500'000h};

}  // namespace

TEST_CASE("a duration is a time ago") {
  CHECK(parse_moment("2h", now) == now - 2h);
  CHECK(parse_moment("1h30m", now) == now - 90min);
  CHECK(parse_moment("0", now) == now);
}

TEST_CASE("dates and times are in UTC, with or without saying so") {
  for (const std::string zone : {"", "Z"}) {
    CAPTURE(zone);
    CHECK(parse_moment("2026-01-31" + zone, now) == time_point(1'769'817'600s));
    CHECK(parse_moment("2026-01-31T12:00" + zone, now) == time_point(1'769'860'800s));
    CHECK(parse_moment("2026-01-31T12:00:07" + zone, now) == time_point(1'769'860'807s));
  }
  CHECK(parse_moment("2024-02-29", now) == time_point(1'709'164'800s));
  CHECK(parse_moment("1969-12-31T23:59:59", now) == time_point(-1s));
  CHECK(parse_moment("2026-1-3", now) == parse_moment("2026-01-03", now));
}

TEST_CASE("moments that no clock reaches are the end of time") {
  CHECK(parse_moment("9999-12-31", now) == time_point::max());
  CHECK(parse_moment("2262-01-01T00:00", now) == time_point::max());
  CHECK(parse_moment("2261-12-31T23:59:59Z", now) == time_point(9'214'646'399s));
  CHECK(parse_moment("1700-01-01", now) == time_point(-8'520'336'000s));
  CHECK(parse_moment("1066-10-14", now) == time_point::min());
}

TEST_CASE("what is no moment is refused") {
  for (const char* text :
       {"", "Z", "2hZ", "yesterday", "2026", "2026-01", "2026-13-01", "2026-02-30", "2026-02-29",
        "2026-01-31ZZ", "2026-01-31T", "2026-01-31T12", "2026-01-31T24:00", "2026-01-31T12:60",
        "2026-01-31 12:00", "2026-01-31T12:00:07.5", "2026-01-31T12:00+01:00", "31.01.2026"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_moment(text, now));
  }
  CHECK_FALSE(parse_moment(std::string_view("2026-01-31\0T", 12), now));
}
