// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <chrono>

#include <mynah/clock.hpp>

namespace mynah::irc {

/// How fast lines may be sent: a bucket of `burst` tokens, one more per `interval`. An interval of
/// zero switches it off.
///
/// Thread safety: a value.
class pace {
 public:
  using time_point = mynah::clock::time_point;

  pace(int burst, std::chrono::milliseconds interval)
      : interval_(std::max(interval, std::chrono::milliseconds(0))),
        depth_(interval_ * std::max(burst - 1, 0)) {}

  [[nodiscard]] bool is_off() const noexcept { return interval_.count() == 0; }

  /// When the next line may be sent; in the past: now.
  [[nodiscard]] time_point ready_at() const noexcept { return paid_until_ - depth_; }

  void sent(time_point now) noexcept { paid_until_ = std::max(paid_until_, now) + interval_; }

 private:
  std::chrono::milliseconds interval_;
  std::chrono::milliseconds depth_;
  time_point paid_until_{};
};

}  // namespace mynah::irc
