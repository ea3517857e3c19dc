// SPDX-License-Identifier: Apache-2.0
#include "session_talks.hpp"

#include <algorithm>
#include <functional>

namespace mynah::xmpp {

namespace {

bool is_device_of(std::string_view full, std::string_view bare) noexcept {
  return full.size() > bare.size() && full.starts_with(bare) && full[bare.size()] == '/';
}

}  // namespace

session_talks::person& session_talks::find(std::string_view bare) {
  const auto found = people_.find(bare);
  if (found != people_.end()) return found->second;
  if (people_.size() >= most) people_.erase(people_.begin());
  return people_.emplace(std::string(bare), person()).first->second;
}

void session_talks::heard(const jid& from, std::string_view id) {
  if (from.is_bare()) return;
  const std::string& full = from.to_string();
  person& who = find(from.bare_text());
  who.is_last_gone = false;
  auto& known = who.devices;
  const auto found = std::find_if(known.rbegin(), known.rend(),
                                  [&full](const auto& each) { return each->full == full; });
  if (found != known.rend()) {
    std::rotate(found.base() - 1, found.base(), known.end());
  } else {
    if (known.size() >= most_devices) known.erase(known.begin());
    known.push_back(std::make_shared<device>(full));
  }
  if (id.empty()) return;
  const std::uint64_t key = std::hash<std::string_view>()(id);
  if (!askers_.insert_or_assign(key, known.back()).second) return;
  if (order_.size() < most) {
    order_.push_back(key);
    return;
  }
  askers_.erase(order_[next_]);
  order_[next_] = key;
  next_ = (next_ + 1) % most;
}

void session_talks::gone(const jid& device) {
  const auto who = people_.find(device.bare_text());
  if (who == people_.end()) return;
  auto& known = who->second.devices;
  const auto found = std::find_if(known.begin(), known.end(), [&device](const auto& each) {
    return each->full == device.to_string();
  });
  if (found == known.end()) return;
  (*found)->is_gone = true;
  if (found + 1 == known.end()) who->second.is_last_gone = true;
  known.erase(found);
  if (known.empty()) people_.erase(who);
}

void session_talks::forget(std::string_view bare) {
  const auto who = people_.find(bare);
  if (who == people_.end()) return;
  for (const auto& each : who->second.devices) each->is_gone = true;
  people_.erase(who);
}

std::string session_talks::receiver(const std::string& bare, std::string_view answers) const {
  const auto asker = askers_.find(std::hash<std::string_view>()(answers));
  // An answer may be sent elsewhere than where the question was.
  if (asker != askers_.end() && !asker->second->is_gone &&
      is_device_of(asker->second->full, bare)) {
    return asker->second->full;
  }
  const auto who = people_.find(bare);
  const bool is_known = who != people_.end() && !who->second.is_last_gone;
  return is_known ? who->second.devices.back()->full : bare;
}

}  // namespace mynah::xmpp
