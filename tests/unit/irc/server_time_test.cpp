// SPDX-License-Identifier: Apache-2.0
#include "server_time.hpp"

#include "catch.hpp"

using mynah::irc::parse_server_time;
using namespace std::chrono;

TEST_CASE("times of servers", "[irc][server-time]") {
  const auto noon = sys_days(year(2026) / 1 / 31) + 12h;
  CHECK(parse_server_time("2026-01-31T12:00:00.000Z") == noon);
  CHECK(parse_server_time("2026-01-31T12:00:00Z") == noon);
  CHECK(parse_server_time("2026-01-31T12:00:00.1Z") == noon + 100ms);
  CHECK(parse_server_time("2026-01-31T12:00:00.123456789Z") == noon + 123ms);
  CHECK(parse_server_time("2016-12-31T23:59:60.500Z") == sys_days(year(2017) / 1 / 1) + 500ms);
}

TEST_CASE("what is no time of a server", "[irc][server-time]") {
  for (const char* text : {"", "Z", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00:00.Z",
                           "2026-02-30T12:00:00Z", "2026-00-01T12:00:00Z", "2026-01-31T24:00:00Z",
                           "2026-01-31T12:60:00Z", "2026-01-31T12:00:61Z", "2026-01-31 12:00:00Z",
                           "2026-01-31T12:00:00.000+01:00", "-026-01-31T12:00:00Z", "1769860800",
                           "1013-01-31T12:00:00Z", "1969-12-31T23:59:59Z", "2262-01-01T00:00:00Z",
                           "9999-12-31T23:59:59Z"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_server_time(text));
  }
}
