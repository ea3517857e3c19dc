// SPDX-License-Identifier: Apache-2.0
#include "net/backoff.hpp"

#include "catch.hpp"

using mynah::net::backoff;
using namespace std::chrono_literals;

TEST_CASE("backoff doubles from the first to the longest delay", "[net][backoff]") {
  backoff delays(1s, 60s, 7);
  for (const auto step : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s, 60s}) {
    const auto delay = delays.next();
    CHECK(delay >= step / 2.0);
    CHECK(delay <= step);
  }
}

TEST_CASE("backoff spreads clients with different seeds", "[net][backoff]") {
  backoff one(1s, 60s, 1);
  backoff same(1s, 60s, 1);
  backoff other(1s, 60s, 2);
  int different = 0;
  for (int i = 0; i < 10; ++i) {
    const auto delay = one.next();
    CHECK(delay == same.next());
    if (delay != other.next()) ++different;
  }
  CHECK(different >= 9);
}

TEST_CASE("backoff starts again only after a healthy period", "[net][backoff]") {
  const backoff::time_point start{1000s};
  backoff delays(1s, 60s, 3);
  for (int i = 0; i < 8; ++i) (void)delays.next();

  delays.connected(start);
  delays.lost(start + 59s);
  CHECK(delays.next() >= 30s);

  delays.connected(start);
  delays.lost(start + 60s);
  CHECK(delays.next() <= 1s);
}

TEST_CASE("backoff ignores a loss without a connection", "[net][backoff]") {
  backoff delays(1s, 60s, 3);
  for (int i = 0; i < 8; ++i) (void)delays.next();
  delays.lost(backoff::time_point(1000000s));
  CHECK(delays.next() >= 30s);
}

TEST_CASE("backoff starts higher when throttled", "[net][backoff]") {
  backoff delays(1s, 60s, 3);
  delays.throttled();
  CHECK(delays.next() >= 30s);
  CHECK(delays.next() >= 30s);
  delays.reset();
  CHECK(delays.next() <= 1s);
}

TEST_CASE("backoff bears nonsense bounds", "[net][backoff]") {
  backoff zero(0ms, 0ms, 1);
  CHECK(zero.next() <= 1ms);
  backoff reversed(10s, 1s, 1);
  CHECK(reversed.next() <= 10s);
  CHECK(reversed.next() <= 10s);
  backoff endless(1s, backoff::milliseconds::max(), 1);
  for (int i = 0; i < 100; ++i) CHECK(endless.next() > 0ms);
}
