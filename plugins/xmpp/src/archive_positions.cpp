// SPDX-License-Identifier: Apache-2.0
#include "archive_positions.hpp"

#include <algorithm>

namespace mynah::xmpp {

void archive_positions::heard(const std::string& place, std::string_view id, std::uint64_t number,
                              wall_time now) {
  if (id.empty()) return;
  if (waiting_.size() >= most_waiting) {
    reach(std::move(waiting_.front().at));
    waiting_.pop_front();
  }
  waiting_.emplace_back(number, archive_position(place, std::string(id), now));
}

void archive_positions::handled(std::uint64_t number) {
  // It is nearly always the first.
  const auto found = std::find_if(waiting_.begin(), waiting_.end(),
                                  [number](const message& each) { return each.number == number; });
  if (found == waiting_.end()) return;
  found->handled = true;
  while (!waiting_.empty() && waiting_.front().handled) {
    reach(std::move(waiting_.front().at));
    waiting_.pop_front();
  }
}

void archive_positions::reach(archive_position&& at) {
  const auto found = changed_.find(at.place);
  if (found != changed_.end()) {
    found->second = std::move(at);
    return;
  }
  std::string place = at.place;
  changed_.emplace(std::move(place), std::move(at));
}

std::vector<archive_position> archive_positions::take_changed() {
  std::vector<archive_position> taken;
  taken.reserve(changed_.size());
  for (auto& [place, each] : changed_) taken.push_back(std::move(each));
  changed_.clear();
  return taken;
}

}  // namespace mynah::xmpp
