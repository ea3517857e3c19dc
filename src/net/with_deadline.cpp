// SPDX-License-Identifier: Apache-2.0
#include "net/with_deadline.hpp"

#include <exception>
#include <memory>

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "net/armed_timer.hpp"

namespace mynah::net {

namespace asio = boost::asio;

namespace {

using handler_type = asio::any_completion_handler<void(std::exception_ptr)>;

/// What the timer, the parent's cancellation and the operation have in common.
class race {
 public:
  /// Cancels the operation unless it has ended; what its slot refers to is then gone.
  void cancel(asio::cancellation_type type) {
    if (!ended) signal.emit(type);
  }

  asio::cancellation_signal signal;
  bool ended = false;
  bool expired = false;
};

void start(const asio::any_io_executor& executor, task<void> op, const std::shared_ptr<race>& both,
           handler_type handler) {
  const auto outer = asio::get_associated_cancellation_slot(handler);
  if (outer.is_connected()) {
    auto pass_on = [both](asio::cancellation_type type) { both->cancel(type); };
    auto slot = outer;
    slot.assign(std::move(pass_on));
  }
  auto finish = [both, handler = std::move(handler)](std::exception_ptr error) mutable {
    both->ended = true;
    std::move(handler)(std::move(error));
  };
  asio::co_spawn(executor, std::move(op),
                 asio::bind_cancellation_slot(both->signal.slot(), std::move(finish)));
}

task<void> run_child(const asio::any_io_executor& executor, task<void> op,
                     const std::shared_ptr<race>& both) {
  co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(
      [&](auto&& handler) {
        start(executor, std::move(op), both, std::forward<decltype(handler)>(handler));
      },
      asio::use_awaitable);
}

}  // namespace

namespace detail {

task<bool> run_until(mynah::clock& clock, mynah::clock::time_point deadline, task<void> op) {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  const auto both = std::make_shared<race>();
  // Weak: the timer may outlive the operation for a moment, and must not keep its memory for long.
  std::weak_ptr<race> seen_by_timer = both;
  auto expire = [executor, seen_by_timer] {
    // The clock's executor need not be ours.
    asio::dispatch(executor, [seen_by_timer] {
      const auto alive = seen_by_timer.lock();
      if (!alive || alive->ended) return;
      alive->expired = true;
      alive->cancel(asio::cancellation_type::terminal);
    });
  };
  const armed_timer timer(clock, deadline, std::move(expire));
  try {
    co_await run_child(executor, std::move(op), both);
  } catch (const boost::system::system_error& error) {
    if (!both->expired || error.code() != asio::error::operation_aborted) throw;
  }
  co_return both->expired;
}

mynah::clock::time_point deadline_after(const mynah::clock& clock, mynah::clock::duration limit) {
  const auto now = clock.now();
  const auto longest = mynah::clock::time_point::max() - now;
  return limit > longest ? mynah::clock::time_point::max() : now + limit;
}

failure deadline_passed(std::string doing) {
  return failure(errc::timed_out, std::move(doing));
}

bool was_cancelled(const failure& error) noexcept {
  return error.code() == asio::error::operation_aborted;
}

}  // namespace detail

task<result<void>> with_deadline(mynah::clock& clock, mynah::clock::duration limit, task<void> op,
                                 std::string doing) {
  bool ended = false;
  const auto deadline = detail::deadline_after(clock, limit);
  auto marked = [](task<void> inner, bool& done) -> task<void> {
    co_await std::move(inner);
    done = true;
  };
  task<void> watched = marked(std::move(op), ended);
  (void)co_await detail::run_until(clock, deadline, std::move(watched));
  if (!ended) co_return detail::deadline_passed(std::move(doing));
  co_return result<void>();
}

}  // namespace mynah::net
