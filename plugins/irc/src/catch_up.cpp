// SPDX-License-Identifier: Apache-2.0
#include "catch_up.hpp"

#include <algorithm>

namespace mynah::irc {

void catch_up::connected() {
  for (auto& [name, each] : rooms_) {
    each.before = each.last;
    each.news = 0;
  }
}

void catch_up::heard(const std::string& room, wall_time time) {
  last_heard({}, time);
  if (!room.empty()) last_heard(room, time);
}

void catch_up::last_heard(const std::string& room, wall_time time) {
  const auto known = rooms_.find(room);
  if (known != rooms_.end()) {
    known->second.last = std::max(known->second.last, time);
    return;
  }
  if (rooms_.size() >= most_rooms) {
    rooms_.erase(std::min_element(rooms_.begin(), rooms_.end(), [](const auto& a, const auto& b) {
      return a.second.last < b.second.last;
    }));
  }
  rooms_[room].last = time;
}

std::optional<catch_up::wall_time> catch_up::gap_begins(const std::string& room) const {
  const auto known = rooms_.find(room);
  return known == rooms_.end() ? std::nullopt : known->second.before;
}

bool catch_up::is_news(const std::string& room, std::string_view id,
                       std::optional<wall_time> time) {
  if (id.empty() || !time) return false;
  const auto known = rooms_.find(room);
  if (known == rooms_.end() || !known->second.before) return false;
  place& there = known->second;
  // Two messages may have one time; the one that was heard is known by its id.
  if (*time < *there.before || there.news >= most_messages) return false;
  ++there.news;
  there.last = std::max(there.last, *time);
  return true;
}

}  // namespace mynah::irc
