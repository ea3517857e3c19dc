// SPDX-License-Identifier: Apache-2.0
#include "delay.hpp"

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;
using namespace std::chrono;

namespace {

const system_clock::time_point noon = sys_days(year(2026) / 1 / 31) + hours(12);

}  // namespace

TEST_CASE("times are read", "[xmpp][delay]") {
  CHECK(parse_date_time("2026-01-31T12:00:00Z") == noon);
  CHECK(parse_date_time("2026-01-31T12:00:00.5Z") == noon + milliseconds(500));
  CHECK(parse_date_time("2026-01-31T12:00:00.123456Z") == noon + milliseconds(123));
  CHECK(parse_date_time("2026-01-31T14:30:00+02:30") == noon);
  CHECK(parse_date_time("2026-01-31T04:00:00.250-08:00") == noon + milliseconds(250));
  CHECK(parse_old_date_time("20260131T12:00:00") == noon);
  CHECK(parse_date_time("9999-01-01T00:00:00-01:00") == system_clock::time_point::max());
  CHECK(parse_date_time("0001-01-01T00:00:00+01:00") == system_clock::time_point::min());
}

TEST_CASE("what is no time is none", "[xmpp][delay]") {
  for (const char* text :
       {"", "2h", "2026-01-31", "2026-01-31T12:00:00", "2026-01-31T12:00Z", "2026-02-30T12:00:00Z",
        "2026-01-31T25:00:00Z", "2026-01-31T12:00:00.Z", "2026-01-31T12:00:00+2",
        "2026-01-31T12:00:00+24:00", "2026-01-31T12:00:00+01:60", "2026-01-31 12:00:00Z",
        "2026-01-31T12:00:00Z ", " 2026-01-31T12:00:00Z", "20260131T12:00:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_date_time(text));
  }
  for (const char* text :
       {"", "20260131T12:00:00Z", "20260131", "2026-01-31T12:00:00", "20261331T12:00:00"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_old_date_time(text));
  }
}

TEST_CASE("times are written", "[xmpp][delay]") {
  CHECK(format_date_time(noon) == "2026-01-31T12:00:00Z");
  CHECK(format_date_time(noon + milliseconds(7)) == "2026-01-31T12:00:00.007Z");
  CHECK(parse_date_time(format_date_time(noon + milliseconds(999))) == noon + milliseconds(999));
  CHECK(format_date_time(system_clock::time_point::min()).starts_with("1677-09-21T"));
  CHECK(format_date_time(sys_days(year(1969) / 12 / 31) + hours(23)) == "1969-12-31T23:00:00Z");
}

TEST_CASE("stamps are found", "[xmpp][delay]") {
  element message("message", ns::client);
  CHECK(delays_of(message).empty());
  message.add(element("x", ns::old_delay).set("stamp", "20260131T12:00:00"));
  message.add(element("delay", ns::delay)
                  .set("stamp", "2026-01-31T12:00:01Z")
                  .set("from", "rooms.example"));
  message.add(element("delay", ns::delay).set("stamp", "yesterday"));
  message.add(element("delay", "urn:x").set("stamp", "2026-01-31T12:00:01Z"));
  CHECK(delays_of(message) ==
        std::vector<delay_stamp>{delay_stamp(noon + seconds(1), "rooms.example"),
                                 delay_stamp(system_clock::time_point::min()), delay_stamp(noon)});
}
