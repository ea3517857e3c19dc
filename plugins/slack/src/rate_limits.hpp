// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <unordered_map>

#include <mynah/clock.hpp>

#include "methods.hpp"

namespace mynah::slack {

/// When Slack may be called: how many calls each method bears, and what it said when there were too
/// many. Those to one channel do not hold up those to another.
///
/// Thread safety: none; used on the bot's strand.
class rate_limits {
 public:
  using time_point = mynah::clock::time_point;

  /// Without `pacing` only what Slack said counts.
  explicit rate_limits(bool pacing) : pacing_(pacing) {}

  /// From when on a call may be made; `now` if at once.
  [[nodiscard]] time_point earliest(const method& what, std::string_view channel,
                                    time_point now) const;
  /// A call is made.
  void count(const method& what, std::string_view channel, time_point now);
  /// Slack said that it was one too many, and how long to wait.
  void refused(const method& what, std::string_view channel, time_point now,
               std::chrono::milliseconds wait);

 private:
  /// A bucket of calls that fills steadily.
  class allowance {
   public:
    time_point full{};           ///< when it is full again
    time_point blocked_until{};  ///< what Slack said
  };

  static std::string key_of(const method& what, std::string_view channel);
  void forget_full(time_point now);

  bool pacing_;
  std::unordered_map<std::string, allowance> used_;
};

}  // namespace mynah::slack
