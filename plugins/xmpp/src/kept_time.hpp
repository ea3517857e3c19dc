// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::xmpp {

/// A time as it is kept in the bot's store: seconds since 1970.
[[nodiscard]] inline std::string kept_time(std::chrono::system_clock::time_point time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch());
  return std::to_string(seconds.count());
}

/// Nothing if the text is something else.
[[nodiscard]] inline std::optional<std::chrono::system_clock::time_point> read_kept_time(
    std::string_view text) {
  std::int64_t seconds = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, bad] = std::from_chars(text.data(), end, seconds);
  // More than the clock's nanoseconds can hold is no time, either.
  constexpr std::int64_t latest = 9'000'000'000;
  const bool fits = seconds >= -latest && seconds <= latest;
  if (bad != std::errc() || behind != end || !fits) return std::nullopt;
  return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
}

}  // namespace mynah::xmpp
