// SPDX-License-Identifier: Apache-2.0
#include "component_watchers.hpp"

#include <algorithm>

namespace mynah::xmpp {

void component_watchers::remember(const std::vector<watcher>& kept) {
  for (const watcher& each : kept) {
    if (each.asked_at) add(each.who, each.own, *each.asked_at);
  }
}

void component_watchers::watch(const jid& who, const jid& own, wall_time now) {
  const std::string name(who.bare_text());
  const std::string ours(own.bare_text());
  const auto known = watchers_.find(name);
  if (known != watchers_.end()) {
    const auto at = known->second.find(ours);
    if (at != known->second.end() && now - at->second < kept_again_after) return;
  }
  changed_[pair(name, ours)] = now;
  add(name, ours, now);
}

void component_watchers::add(const std::string& who, const std::string& own, wall_time asked_at) {
  auto& seen = watchers_[who];
  const auto [place, is_new] = seen.try_emplace(own, asked_at);
  if (!is_new) {
    by_age_.erase({place->second, who, own});
    place->second = asked_at;
  }
  by_age_.emplace(asked_at, who, own);
  if (seen.size() > most_each) {
    const auto oldest = std::min_element(
        seen.begin(), seen.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    const std::string given_up = oldest->first;
    remove(who, given_up);
  }
  if (by_age_.size() > most) {
    const auto [at, oldest, given_up] = *by_age_.begin();
    remove(oldest, given_up);
  }
}

void component_watchers::unwatch(const jid& who, const jid& own) {
  if (sees(who, own)) remove(std::string(who.bare_text()), std::string(own.bare_text()));
}

void component_watchers::remove(const std::string& who, const std::string& own) {
  const auto found = watchers_.find(who);
  const auto place = found->second.find(own);
  by_age_.erase({place->second, who, own});
  found->second.erase(place);
  if (found->second.empty()) watchers_.erase(found);
  changed_[pair(who, own)] = std::nullopt;
}

bool component_watchers::sees(const jid& who, const jid& own) const {
  const auto found = watchers_.find(who.bare_text());
  return found != watchers_.end() && found->second.contains(own.bare_text());
}

std::vector<watcher> component_watchers::take_changed() {
  std::vector<watcher> taken;
  taken.reserve(changed_.size());
  for (const auto& [names, at] : changed_) taken.emplace_back(names.first, names.second, at);
  changed_.clear();
  return taken;
}

}  // namespace mynah::xmpp
