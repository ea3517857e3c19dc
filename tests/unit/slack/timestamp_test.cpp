// SPDX-License-Identifier: Apache-2.0
#include "timestamp.hpp"

#include "catch.hpp"

using mynah::slack::time_of;
using namespace std::chrono;

namespace {

std::int64_t micros(std::string_view ts) {
  const auto time = time_of(ts);
  return time ? duration_cast<microseconds>(time->time_since_epoch()).count() : -1;
}

}  // namespace

TEST_CASE("timestamps are exact", "[slack][timestamp]") {
  CHECK(micros("1700000000.000100") == 1700000000000100);
  CHECK(micros("1700000000.999999") == 1700000000999999);
  CHECK(micros("1700000000.5") == 1700000000500000);
  CHECK(micros("1700000000") == 1700000000000000);
  CHECK(micros("1700000000.0001009") == 1700000000000100);
  CHECK(micros("0.000001") == 1);
}

TEST_CASE("what is no timestamp has no time", "[slack][timestamp]") {
  for (const std::string_view ts :
       {"", ".", "x", "-1", "+1", "1.", ".5", "1.x", "1.0001 ", " 1", "1e9", "99999999999",
        "99999999999999999999999999999999", "1.2.3"}) {
    CAPTURE(ts);
    CHECK(micros(ts) == -1);
  }
}
