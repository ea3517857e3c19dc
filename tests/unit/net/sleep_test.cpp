// SPDX-License-Identifier: Apache-2.0
#include "net/sleep.hpp"

#include <boost/asio/io_context.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"
#include "spawned.hpp"

using mynah::task;
using mynah_test::manual_clock;
using mynah_test::settle;
using mynah_test::spawned;
using namespace std::chrono_literals;

TEST_CASE("sleep waits on the clock it is given", "[net][sleep]") {
  boost::asio::io_context io;
  manual_clock clock;
  spawned one(io.get_executor(), mynah::net::sleep_for(clock, 1h));
  settle(io);
  clock.advance(59min);
  settle(io);
  CHECK_FALSE(one.done());
  clock.advance(1min);
  settle(io);
  CHECK(one.done());
  CHECK_NOTHROW(one.check());
}

TEST_CASE("sleep until a time in the past ends soon", "[net][sleep]") {
  boost::asio::io_context io;
  manual_clock clock;
  spawned one(io.get_executor(), mynah::net::sleep_until(clock, clock.now() - 1s));
  settle(io);
  clock.advance(0s);
  settle(io);
  CHECK(one.done());
}

TEST_CASE("a cancelled sleep forgets its timer", "[net][sleep]") {
  boost::asio::io_context io;
  manual_clock clock;
  spawned one(io.get_executor(), mynah::net::sleep_for(clock, 1h));
  settle(io);
  CHECK(clock.timers() == 1);
  one.cancel();
  settle(io);
  CHECK(one.cancelled());
  CHECK(clock.timers() == 0);
}

TEST_CASE("a sleep that is due cannot be cancelled any more", "[net][sleep]") {
  boost::asio::io_context io;
  manual_clock clock;
  spawned one(io.get_executor(), mynah::net::sleep_for(clock, 1s));
  settle(io);
  clock.advance(1s);
  io.poll_one();
  one.cancel();
  settle(io);
  CHECK(one.done());
  CHECK(clock.timers() == 0);
}
