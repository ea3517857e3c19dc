// SPDX-License-Identifier: Apache-2.0
#include "rate_limits.hpp"

#include <algorithm>

namespace mynah::slack {

namespace {

// More channels than a bot speaks to at one time.
constexpr std::size_t most_kept = 1000;

mynah::clock::duration interval_of(const method& what) {
  return std::chrono::duration_cast<mynah::clock::duration>(std::chrono::minutes(1)) /
         what.per_minute;
}

}  // namespace

std::string rate_limits::key_of(const method& what, std::string_view channel) {
  std::string key(what.name);
  if (what.scope == limited_by::channel) key.append(1, ' ').append(channel);
  return key;
}

rate_limits::time_point rate_limits::earliest(const method& what, std::string_view channel,
                                              time_point now) const {
  const auto found = used_.find(key_of(what, channel));
  if (found == used_.end()) return now;
  const allowance& left = found->second;
  time_point when = std::max(now, left.blocked_until);
  if (pacing_) when = std::max(when, left.full - interval_of(what) * (what.burst - 1));
  return when;
}

void rate_limits::count(const method& what, std::string_view channel, time_point now) {
  if (!pacing_) return;
  if (used_.size() >= most_kept) forget_full(now);
  allowance& left = used_[key_of(what, channel)];
  left.full = std::max(left.full, now) + interval_of(what);
}

void rate_limits::refused(const method& what, std::string_view channel, time_point now,
                          std::chrono::milliseconds wait) {
  if (used_.size() >= most_kept) forget_full(now);
  allowance& left = used_[key_of(what, channel)];
  left.blocked_until = std::max(left.blocked_until, now + wait);
  // It was emptier than we believed: no burst follows.
  left.full = std::max(left.full, left.blocked_until + interval_of(what) * (what.burst - 1));
}

void rate_limits::forget_full(time_point now) {
  std::erase_if(used_, [now](const auto& each) {
    return each.second.full <= now && each.second.blocked_until <= now;
  });
}

}  // namespace mynah::slack
