// SPDX-License-Identifier: Apache-2.0
#include "net/counted_notice.hpp"

#include "catch.hpp"

using mynah::net::counted_notice;
using namespace std::chrono_literals;

TEST_CASE("what happens often is told once a minute, with its count", "[net]") {
  counted_notice notice;
  const mynah::clock::time_point start{1h};
  CHECK(notice.add(start) == 1U);
  CHECK_FALSE(notice.add(start + 1s));
  CHECK_FALSE(notice.add(start + 59999ms));
  CHECK(notice.add(start + 60s) == 3U);
  CHECK_FALSE(notice.add(start + 61s));
  CHECK(notice.add(start + 10min) == 2U);
  CHECK(notice.add(start + 20min) == 1U);
}
