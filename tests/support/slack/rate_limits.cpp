// SPDX-License-Identifier: Apache-2.0
#include "rate_limits.hpp"

#include <algorithm>
#include <cmath>

namespace mynah_test::slack {

allowance tier(int number) {
  switch (number) {
    case 1:
      return {1, 1};
    case 2:
      return {20, 20};
    case 3:
      return {50, 50};
    case 4:
      return {100, 100};
    default:
      return {600, 600};
  }
}

std::optional<int> rate_limits::refuse(const std::string& key, const allowance& allowed,
                                       timeline::time_point now) {
  const auto [found, fresh] = buckets_.try_emplace(key, bucket{0, now});
  bucket& used = found->second;
  const double minutes = std::chrono::duration<double, std::ratio<60>>(now - used.at).count();
  used.filled = std::max(0.0, used.filled - minutes * allowed.per_minute);
  used.at = now;
  if (used.filled + 1 <= allowed.burst + 1e-9) {
    used.filled += 1;
    return std::nullopt;
  }
  const double wait = (used.filled + 1 - allowed.burst) * 60 / allowed.per_minute;
  const int seconds = std::max(1, static_cast<int>(std::ceil(wait - 1e-6)));
  block(key, std::chrono::seconds(seconds), now);
  return seconds;
}

void rate_limits::block(const std::string& key, std::chrono::seconds pause,
                        timeline::time_point now) {
  blocks_[key] = {now + pause, std::chrono::steady_clock::now()};
}

std::optional<rate_limits::blocked> rate_limits::is_blocked(const std::string& key,
                                                            timeline::time_point now) {
  const auto found = blocks_.find(key);
  if (found == blocks_.end()) return std::nullopt;
  if (now >= found->second.until) {
    blocks_.erase(found);
    return std::nullopt;
  }
  blocked made;
  made.seconds = std::max(
      1, static_cast<int>(
             std::ceil(std::chrono::duration<double>(found->second.until - now).count() - 1e-6)));
  made.early =
      std::chrono::steady_clock::now() - found->second.told > std::chrono::milliseconds(200);
  return made;
}

}  // namespace mynah_test::slack
