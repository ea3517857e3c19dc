// SPDX-License-Identifier: Apache-2.0
#include "timestamp.hpp"

#include <cstdint>

namespace mynah::slack {

namespace {

// Slack's own begin in 2013; the clock ends in 2262.
constexpr std::int64_t most_seconds = 9'000'000'000;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> time_of(std::string_view ts) noexcept {
  std::int64_t seconds = 0;
  std::size_t at = 0;
  for (; at < ts.size() && is_digit(ts[at]); ++at) {
    seconds = seconds * 10 + (ts[at] - '0');
    if (seconds > most_seconds) return std::nullopt;
  }
  if (at == 0) return std::nullopt;
  std::int64_t micros = 0;
  if (at < ts.size()) {
    if (ts[at] != '.' || at + 1 == ts.size()) return std::nullopt;
    std::int64_t unit = 100'000;
    for (++at; at < ts.size(); ++at) {
      if (!is_digit(ts[at])) return std::nullopt;
      micros += unit * (ts[at] - '0');
      unit /= 10;
    }
  }
  return std::chrono::system_clock::time_point(
      std::chrono::duration_cast<std::chrono::system_clock::duration>(
          std::chrono::seconds(seconds) + std::chrono::microseconds(micros)));
}

}  // namespace mynah::slack
