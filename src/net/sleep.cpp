// SPDX-License-Identifier: Apache-2.0
#include "net/sleep.hpp"

#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/armed_timer.hpp"
#include "net/condition.hpp"

namespace mynah::net {

namespace asio = boost::asio;

namespace {

class alarm {
 public:
  explicit alarm(const asio::any_io_executor& executor) : rung(executor) {}

  condition rung;
  bool due = false;
};

}  // namespace

task<void> sleep_until(mynah::clock& clock, mynah::clock::time_point when) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto waiting = std::make_shared<alarm>(executor);
  // Weak: the clock must never be what owns the coroutine.
  const std::weak_ptr<alarm> seen_by_timer = waiting;
  auto ring = [executor, seen_by_timer] {
    // The clock's executor need not be ours.
    asio::dispatch(executor, [seen_by_timer] {
      const auto alive = seen_by_timer.lock();
      if (!alive) return;
      alive->due = true;
      alive->rung.notify_all();
    });
  };
  const armed_timer timer(clock, when, std::move(ring));
  while (!waiting->due) co_await waiting->rung.wait();
}

task<void> sleep_for(mynah::clock& clock, mynah::clock::duration time) {
  const auto now = clock.now();
  const auto longest = mynah::clock::time_point::max() - now;
  return sleep_until(clock, time > longest ? mynah::clock::time_point::max() : now + time);
}

}  // namespace mynah::net
