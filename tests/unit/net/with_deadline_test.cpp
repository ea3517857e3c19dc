// SPDX-License-Identifier: Apache-2.0
#include "net/with_deadline.hpp"

#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>

#include "catch.hpp"
#include "manual_clock.hpp"
#include "net/sleep.hpp"
#include "spawned.hpp"

using mynah::errc;
using mynah::failure;
using mynah::result;
using mynah::task;
using mynah_test::manual_clock;
using mynah_test::settle;
using mynah_test::spawned;
using namespace std::chrono_literals;

namespace {

task<result<std::string>> value_after(mynah::clock& clock, mynah::clock::duration time) {
  co_await mynah::net::sleep_for(clock, time);
  co_return std::string("value");
}

task<result<std::string>> failure_after(mynah::clock& clock, mynah::clock::duration time) {
  co_await mynah::net::sleep_for(clock, time);
  co_return failure(errc::throttled, "ours", "theirs");
}

task<result<std::string>> throw_after(mynah::clock& clock, mynah::clock::duration time) {
  co_await mynah::net::sleep_for(clock, time);
  throw std::runtime_error("thrown");
}

// Reports its cancellation as a failure, as code that awaits with error codes does.
task<result<std::string>> report_cancellation(mynah::clock& clock) {
  try {
    co_await mynah::net::sleep_for(clock, 1h);
  } catch (const boost::system::system_error& error) {
    co_return failure(error.code());
  }
  co_return std::string("value");
}

task<result<std::string>> clean_up_slowly(mynah::clock& clock, bool& cleaned) {
  bool cancelled = false;
  try {
    co_await mynah::net::sleep_for(clock, 1h);
  } catch (const boost::system::system_error&) {
    cancelled = true;
  }
  if (cancelled) {
    co_await boost::asio::this_coro::reset_cancellation_state();
    co_await mynah::net::sleep_for(clock, 10s);
    cleaned = true;
  }
  co_return failure(boost::asio::error::operation_aborted);
}

std::string told(const result<std::string>& got) {
  if (got) return *got;
  return got.error().code().message() + "|" + got.error().message() + "|" + got.error().remote();
}

task<void> run(mynah::clock& clock, task<result<std::string>> op, std::string& outcome) {
  const result<std::string> got =
      co_await mynah::net::with_deadline(clock, 5s, std::move(op), "doing it");
  outcome = told(got);
}

const std::string timed_out = make_error_code(errc::timed_out).message() + "|doing it|";

}  // namespace

TEST_CASE("with_deadline gives what the operation gives in time", "[net][with_deadline]") {
  boost::asio::io_context io;
  manual_clock clock;
  std::string outcome;
  SECTION("a value") {
    spawned one(io.get_executor(), run(clock, value_after(clock, 4s), outcome));
    settle(io);
    CHECK(outcome.empty());
    clock.advance(4s);
    settle(io);
    CHECK(outcome == "value");
    CHECK(one.done());
  }
  SECTION("a failure") {
    spawned one(io.get_executor(), run(clock, failure_after(clock, 4s), outcome));
    settle(io);
    clock.advance(4s);
    settle(io);
    CHECK(outcome == make_error_code(errc::throttled).message() + "|ours|theirs");
  }
  SECTION("an exception") {
    spawned one(io.get_executor(), run(clock, throw_after(clock, 4s), outcome));
    settle(io);
    clock.advance(4s);
    settle(io);
    CHECK_THROWS_WITH(one.check(), "thrown");
  }
  CHECK(clock.timers() == 0);
}

TEST_CASE("with_deadline cancels the operation and says timed_out", "[net][with_deadline]") {
  boost::asio::io_context io;
  manual_clock clock;
  std::string outcome;
  SECTION("that throws when cancelled") {
    spawned one(io.get_executor(), run(clock, value_after(clock, 6s), outcome));
    settle(io);
    clock.advance(5s);
    settle(io);
    CHECK(outcome == timed_out);
  }
  SECTION("that reports its cancellation") {
    spawned one(io.get_executor(), run(clock, report_cancellation(clock), outcome));
    settle(io);
    clock.advance(5s);
    settle(io);
    CHECK(outcome == timed_out);
  }
  SECTION("and waits for its clean-up") {
    bool cleaned = false;
    spawned one(io.get_executor(), run(clock, clean_up_slowly(clock, cleaned), outcome));
    settle(io);
    clock.advance(5s);
    settle(io);
    CHECK(outcome.empty());
    clock.advance(10s);
    settle(io);
    CHECK(cleaned);
    CHECK(outcome == timed_out);
  }
  CHECK(clock.timers() == 0);
}

TEST_CASE("with_deadline passes the caller's cancellation on", "[net][with_deadline]") {
  boost::asio::io_context io;
  manual_clock clock;
  std::string outcome;
  spawned one(io.get_executor(), run(clock, value_after(clock, 4s), outcome));
  settle(io);
  one.cancel();
  settle(io);
  CHECK(one.cancelled());
  CHECK(outcome.empty());
  CHECK(clock.timers() == 0);
}

TEST_CASE("with_deadline works for plain and void tasks", "[net][with_deadline]") {
  boost::asio::io_context io;
  manual_clock clock;
  result<int> number = failure(errc::closed);
  result<void> in_time = failure(errc::closed);
  result<void> late;
  auto all = [](mynah::clock& c, result<int>& n, result<void>& i, result<void>& l) -> task<void> {
    auto seven = []() -> task<int> { co_return 7; };
    n = co_await mynah::net::with_deadline(c, 5s, seven());
    i = co_await mynah::net::with_deadline(c, 5s, mynah::net::sleep_for(c, 1s));
    l = co_await mynah::net::with_deadline(c, 5s, mynah::net::sleep_for(c, 1h));
  };
  spawned one(io.get_executor(), all(clock, number, in_time, late));
  settle(io);
  REQUIRE(number.has_value());
  CHECK(*number == 7);
  clock.advance(1s);
  settle(io);
  CHECK(in_time.has_value());
  clock.advance(5s);
  settle(io);
  CHECK(late.has_error());
  CHECK(one.done());
}

TEST_CASE("with_deadline bears the longest time there is", "[net][with_deadline]") {
  boost::asio::io_context io;
  manual_clock clock;
  bool ended = false;
  auto wait = [](mynah::clock& c, bool& e) -> task<void> {
    const auto got = co_await mynah::net::with_deadline(c, mynah::clock::duration::max(),
                                                        mynah::net::sleep_for(c, 1s));
    e = got.has_value();
  };
  spawned one(io.get_executor(), wait(clock, ended));
  settle(io);
  clock.advance(1s);
  settle(io);
  CHECK(ended);
}

TEST_CASE("a context that ends takes an operation under deadline along", "[net][with_deadline]") {
  manual_clock clock;
  std::string outcome;
  {
    boost::asio::io_context io;
    spawned one(io.get_executor(), run(clock, value_after(clock, 4s), outcome));
    settle(io);
    CHECK(clock.timers() == 2);
  }
  CHECK(clock.timers() == 0);
}
