// SPDX-License-Identifier: Apache-2.0
#include "chat_states.hpp"

#include <algorithm>

#include "namespaces.hpp"

namespace mynah::xmpp {

void chat_states::heard(const std::string& place, const element& message, bool talk) {
  const bool has_state =
      std::any_of(message.children.begin(), message.children.end(),
                  [](const element& each) { return each.ns == ns::chat_states; });
  if (has_state) {
    if (with_states_.size() >= most_places) with_states_.erase(with_states_.begin());
    with_states_.insert(place);
  } else if (talk) {
    const auto known = with_states_.find(place);
    if (known != with_states_.end()) with_states_.erase(known);
  }
}

void chat_states::begin(const std::string& asked, const std::string& place, bool direct,
                        time_point now) {
  shown_at_.emplace(asked, place);
  work& one = works_[place];
  one.direct = direct;
  if (++one.commands == 1 && !one.shown) one.due = now + moment;
}

void chat_states::end(const std::string& asked) {
  const auto ended = shown_at_.find(asked);
  if (ended == shown_at_.end()) return;
  const std::string place = std::move(ended->second);
  shown_at_.erase(ended);
  const auto found = works_.find(place);
  if (found == works_.end() || --found->second.commands != 0) return;
  if (found->second.shown) notices_.emplace_back(place, found->second.direct, "active");
  works_.erase(found);
}

void chat_states::gone(const std::string& place) {
  with_states_.erase(place);
  works_.erase(place);
  std::erase_if(shown_at_, [&place](const auto& each) { return each.second == place; });
}

bool chat_states::ends_composing(const std::string& place, time_point now) {
  const auto found = works_.find(place);
  if (found == works_.end() || !found->second.shown) return false;
  found->second.shown = false;
  // It goes on, perhaps.
  found->second.due = now + moment;
  return true;
}

void chat_states::disconnected() {
  std::erase_if(works_, [](const auto& each) { return !each.second.shown; });
  for (auto& [place, each] : works_) each.commands = 0;
  shown_at_.clear();
}

void chat_states::connected(bool same_session, time_point now) {
  if (!same_session) works_.clear();
  for (auto& [place, each] : works_) each.due = now + moment;
}

chat_states::time_point chat_states::next_tick() const noexcept {
  time_point next = time_point::max();
  for (const auto& [place, each] : works_) next = std::min(next, each.due);
  return next;
}

void chat_states::tick(time_point now) {
  for (auto each = works_.begin(); each != works_.end();) {
    auto& [place, one] = *each;
    if (one.due > now) {
      ++each;
      continue;
    }
    one.due = time_point::max();
    if (one.commands == 0) {
      if (one.shown) notices_.emplace_back(place, one.direct, "active");
      each = works_.erase(each);
      continue;
    }
    if (!one.shown && with_states_.contains(place)) {
      one.shown = true;
      notices_.emplace_back(place, one.direct, "composing");
    }
    ++each;
  }
}

}  // namespace mynah::xmpp
