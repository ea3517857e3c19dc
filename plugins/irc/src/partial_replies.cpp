// SPDX-License-Identifier: Apache-2.0
#include "partial_replies.hpp"

#include <algorithm>
#include <utility>

namespace mynah::irc {

void partial_replies::keep(const outgoing& reply, std::vector<std::string> left, time_point now) {
  if (rooms_.size() >= most_rooms && !rooms_.contains(reply.to.room)) {
    rooms_.erase(std::min_element(rooms_.begin(), rooms_.end(), [](const auto& a, const auto& b) {
      return a.second.kept_at < b.second.kept_at;
    }));
  }
  entry& kept = rooms_[reply.to.room];
  kept.stamp = reply.stamp;
  kept.text = reply.body.plain();
  kept.left = std::move(left);
  kept.kept_at = now;
}

std::optional<std::vector<std::string>> partial_replies::take(const outgoing& reply,
                                                              time_point now) {
  const auto found = rooms_.find(reply.to.room);
  if (found == rooms_.end()) return std::nullopt;
  entry kept = std::move(found->second);
  rooms_.erase(found);
  if (kept.stamp != reply.stamp || now > kept.kept_at + kept_for) return std::nullopt;
  if (kept.text != reply.body.plain()) return std::nullopt;
  return std::move(kept.left);
}

}  // namespace mynah::irc
