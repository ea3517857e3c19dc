// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>

namespace mynah {

/// Time as the bot sees it: the machine's, or a virtual one in tests. Everything in mynah that
/// waits or reads the time does so through this.
///
/// Thread safety: all members may be called from any thread.
class clock {
 public:
  using duration = std::chrono::nanoseconds;
  using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;
  using wall_time = std::chrono::system_clock::time_point;
  using timer_id = std::uint64_t;

  virtual ~clock() = default;

  /// Monotonic time, for deadlines and durations.
  [[nodiscard]] virtual time_point now() const noexcept = 0;
  /// Calendar time, for showing to people and for what networks stamp.
  [[nodiscard]] virtual wall_time wall() const noexcept = 0;

  /// Calls `action` once when `when` has come, on the clock's executor (the bot's). The action must
  /// not throw and must not block.
  virtual timer_id call_at(time_point when, std::function<void()> action) = 0;
  /// Forgets the timer; false if it has fired or is firing.
  virtual bool cancel(timer_id timer) noexcept = 0;

  /// Blocks the calling thread until `when`, or until `stop` is requested; false in the second
  /// case. Never call it on the clock's executor.
  virtual bool block_until(time_point when, std::stop_token stop);
};

}  // namespace mynah
