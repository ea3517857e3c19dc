// SPDX-License-Identifier: Apache-2.0
#include "round_trips.hpp"

#include <algorithm>
#include <utility>

namespace mynah::irc {

void round_trips::sent(std::string token, time_point now) {
  remember(open_ping(std::move(token), now, false));
}

std::string round_trips::next(time_point now) {
  std::string token = "mynah-" + std::to_string(++last_number_);
  remember(open_ping(token, now, true));
  return token;
}

bool round_trips::answered(std::string_view token, time_point now) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const open_ping& each) { return each.token == token; });
  if (found == open_.end()) return false;
  const auto took = now - found->sent_at;
  if (found->numbered) ++numbered_answers_;
  // Servers answer in order: what was sent before is not answered any more.
  open_.erase(open_.begin(), found + 1);
  if (!measured_) {
    measured_.emplace();
    measured_->smoothed = took;
  }
  measured_->last = took;
  measured_->smoothed += (took - measured_->smoothed) / 8;
  return true;
}

void round_trips::remember(open_ping one) {
  if (open_.size() >= most_open) open_.pop_front();
  open_.push_back(std::move(one));
}

}  // namespace mynah::irc
