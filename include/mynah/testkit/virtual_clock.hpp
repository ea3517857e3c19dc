// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <mynah/clock.hpp>

namespace mynah::testkit {

/// Time that stands still until a test moves it. A day passes in microseconds.
///
/// Thread safety: as `clock`; timers are fired by whoever calls `advance_to_next`.
class virtual_clock final : public clock {
 public:
  /// Calendar time starts at Mon, 02 Jan 2023 15:04:05 UTC, monotonic time at one hour.
  virtual_clock();
  ~virtual_clock() override;

  [[nodiscard]] time_point now() const noexcept override;
  [[nodiscard]] wall_time wall() const noexcept override;
  timer_id call_at(time_point when, std::function<void()> action) override;
  bool cancel(timer_id timer) noexcept override;
  bool block_until(time_point when, std::stop_token stop) override;

  /// Moves to the next timer at or before `limit` and fires it, and all others of that moment;
  /// false, and at `limit`, if there is none.
  bool advance_to_next(time_point limit);

  /// Threads that wait in `block_until` now.
  [[nodiscard]] std::size_t blocked_threads() const;
  /// Called (from any thread) whenever that number changes.
  void on_blocked_change(std::function<void()> call);

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace mynah::testkit
