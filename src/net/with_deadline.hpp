// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

namespace detail {

/// Runs `op` until it ends, cancelling it (terminal) when the time has come. True if it was
/// cancelled for that reason and ended with operation_aborted; other exceptions of `op` leave.
task<bool> run_until(mynah::clock& clock, mynah::clock::time_point deadline, task<void> op);

template <class T>
task<void> keep(task<T> op, std::optional<T>& kept) {
  T value = co_await std::move(op);
  kept.emplace(std::move(value));
}

/// `now() + limit` without overflow.
mynah::clock::time_point deadline_after(const mynah::clock& clock, mynah::clock::duration limit);

/// The failure that `with_deadline` gives.
failure deadline_passed(std::string doing);

bool was_cancelled(const failure& error) noexcept;

}  // namespace detail

/// Awaits `op` for at most `limit`.
///
/// Gives what `op` gives: its value, its failure or its exception; or errc::timed_out, with `doing`
/// ("connecting to irc.example") as our words. When time has passed `op` is cancelled (terminal)
/// and *waited for*, so nothing of it runs on behind the caller's back; an `op` that ignores
/// cancellation is therefore waited for without bound, and its value is given if it yet has one.
///
/// Clock: the bot's, so virtual time works. It must outlive the operation.
/// Cancellation: passes through to `op`; then what `op` makes of it is given.
/// Executor: `op` runs on the caller's.
template <class T>
[[nodiscard]] task<result<T>> with_deadline(mynah::clock& clock, mynah::clock::duration limit,
                                            task<result<T>> op, std::string doing = {}) {
  std::optional<result<T>> kept;
  const auto deadline = detail::deadline_after(clock, limit);
  const bool expired =
      co_await detail::run_until(clock, deadline, detail::keep<result<T>>(std::move(op), kept));
  if (!kept) co_return detail::deadline_passed(std::move(doing));
  // An operation that reports its cancellation as a failure.
  if (expired && kept->has_error() && detail::was_cancelled(kept->error())) {
    co_return detail::deadline_passed(std::move(doing));
  }
  co_return std::move(*kept);
}

/// The same for an operation that reports errors by exceptions only.
template <class T>
[[nodiscard]] task<result<T>> with_deadline(mynah::clock& clock, mynah::clock::duration limit,
                                            task<T> op, std::string doing = {}) {
  std::optional<T> kept;
  const auto deadline = detail::deadline_after(clock, limit);
  (void)co_await detail::run_until(clock, deadline, detail::keep<T>(std::move(op), kept));
  if (!kept) co_return detail::deadline_passed(std::move(doing));
  co_return std::move(*kept);
}

[[nodiscard]] task<result<void>> with_deadline(mynah::clock& clock, mynah::clock::duration limit,
                                               task<void> op, std::string doing = {});

}  // namespace mynah::net
