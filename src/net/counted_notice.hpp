// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include <mynah/clock.hpp>

namespace mynah::net {

/// Counts what strangers can make happen as often as they like, so that the log tells of it once a
/// minute and not each time.
///
/// Thread safety: none.
class counted_notice {
 public:
  static constexpr std::chrono::minutes told_every{1};

  /// It has happened once more. How often since it was told last, for the log; nothing if that was
  /// less than a minute ago.
  [[nodiscard]] std::optional<std::uint64_t> add(mynah::clock::time_point now) noexcept {
    ++untold_;
    if (told_at_ && now - *told_at_ < told_every) return std::nullopt;
    told_at_ = now;
    return std::exchange(untold_, 0);
  }

 private:
  std::uint64_t untold_ = 0;
  std::optional<mynah::clock::time_point> told_at_;
};

}  // namespace mynah::net
