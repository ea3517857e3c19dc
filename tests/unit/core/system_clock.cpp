// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/io_context.hpp>

#include <future>
#include <thread>

#include "core/system_clock.hpp"

using namespace mynah;
using namespace std::chrono_literals;

TEST_CASE("timers fire in order of their time, cancelled ones never") {
  boost::asio::io_context io;
  const auto clock = core::make_system_clock(io.get_executor());
  std::string order;
  const auto start = clock->now();
  clock->call_at(start + 20ms, [&] { order += "c"; });
  clock->call_at(start + 10ms, [&] { order += "b"; });
  const auto never = clock->call_at(start + 15ms, [&] { order += "x"; });
  clock->call_at(start - 1s, [&] {
    order += "a";
    clock->call_at(start, [&] { order += "'"; });
  });
  CHECK(clock->cancel(never));
  CHECK_FALSE(clock->cancel(never));
  io.run();
  CHECK(order == "a'bc");
  CHECK(clock->now() >= start + 20ms);
}

TEST_CASE("a clock without timers leaves its context without work") {
  boost::asio::io_context io;
  const auto clock = core::make_system_clock(io.get_executor());
  const auto timer = clock->call_at(clock->now() + 24h, [] {});
  CHECK(io.poll() == 0);
  CHECK(clock->cancel(timer));
  io.restart();
  io.run();  // returns, as nothing is left to wait for
  SUCCEED();
}

TEST_CASE("a thread can wait on the clock, and be told to stop") {
  boost::asio::io_context io;
  boost::asio::any_io_executor work =
      boost::asio::require(io.get_executor(), boost::asio::execution::outstanding_work.tracked);
  std::thread runner([&io] { io.run(); });
  const auto clock = core::make_system_clock(io.get_executor());
  CHECK(clock->block_until(clock->now() + 1ms, std::stop_token()));
  std::stop_source stop;
  auto waiting = std::async(
      std::launch::async, [&] { return clock->block_until(clock->now() + 24h, stop.get_token()); });
  stop.request_stop();
  CHECK_FALSE(waiting.get());
  CHECK_FALSE(clock->block_until(clock->now() + 24h, stop.get_token()));
  work = boost::asio::any_io_executor();
  io.stop();
  runner.join();
}
