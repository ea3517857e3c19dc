// SPDX-License-Identifier: Apache-2.0
#include "round_trips.hpp"

#include <algorithm>
#include <utility>

namespace mynah::irc {

namespace {

constexpr std::string_view token_start = "mynah-";

}  // namespace

void round_trips::sent(std::string token, time_point now) {
  remember(open_ping(std::move(token), now, false));
}

std::string round_trips::next(time_point now) {
  std::string token = std::string(token_start) + std::to_string(++last_number_);
  remember(open_ping(token, now, true));
  return token;
}

bool round_trips::answered(std::string_view token, time_point now) {
  const auto found = std::find_if(open_.begin(), open_.end(),
                                  [&](const open_ping& each) { return each.token == token; });
  if (found == open_.end()) return false;
  settle(found, now);
  return true;
}

bool round_trips::answered_in_order(time_point now) {
  if (open_.empty()) return false;
  settle(open_.begin(), now);
  return true;
}

bool round_trips::is_token(std::string_view text) noexcept {
  if (!text.starts_with(token_start)) return false;
  text.remove_prefix(token_start.size());
  constexpr std::string_view of_query = "query-";
  if (text.starts_with(of_query)) text.remove_prefix(of_query.size());
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void round_trips::settle(std::deque<open_ping>::iterator which, time_point now) {
  const auto took = now - which->sent_at;
  // With a later one on its way the answer says little: it is not awaited any more.
  const bool last_one =
      std::none_of(which + 1, open_.end(), [](const open_ping& each) { return each.numbered; });
  if (which->numbered && last_one) ++numbered_answers_;
  // Servers answer in order: what was sent before is not answered any more.
  open_.erase(open_.begin(), which + 1);
  if (!measured_) {
    measured_.emplace();
    measured_->smoothed = took;
  }
  measured_->last = took;
  measured_->smoothed += (took - measured_->smoothed) / 8;
}

void round_trips::remember(open_ping one) {
  if (open_.size() >= most_open) open_.pop_front();
  open_.push_back(std::move(one));
}

}  // namespace mynah::irc
