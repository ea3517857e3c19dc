// SPDX-License-Identifier: Apache-2.0
#include "session_talks.hpp"

namespace mynah::xmpp {

namespace {

bool is_device_of(std::string_view full, std::string_view bare) noexcept {
  return full.size() > bare.size() && full.starts_with(bare) && full[bare.size()] == '/';
}

}  // namespace

void session_talks::heard(const jid& from, const std::string& id) {
  if (from.is_bare()) return;
  if (last_.size() >= most) last_.erase(last_.begin());
  last_.insert_or_assign(std::string(from.bare_text()), from.to_string());
  if (id.empty() || !askers_.insert_or_assign(id, from.to_string()).second) return;
  order_.push_back(id);
  if (order_.size() <= most) return;
  askers_.erase(order_.front());
  order_.pop_front();
}

void session_talks::gone(const jid& device) {
  const std::string full = device.to_string();
  const auto last = last_.find(device.bare_text());
  if (last != last_.end() && last->second == full) last_.erase(last);
  // The ids stay, as many as `order_` has: an address that is empty is nobody's.
  for (auto& [id, each] : askers_) {
    if (each == full) each.clear();
  }
}

void session_talks::forget(std::string_view bare) {
  const auto last = last_.find(bare);
  if (last != last_.end()) last_.erase(last);
  for (auto& [id, each] : askers_) {
    if (is_device_of(each, bare)) each.clear();
  }
}

std::string session_talks::receiver(const std::string& bare, std::string_view answers) const {
  const auto asker = askers_.find(answers);
  // An answer may be sent elsewhere than where the question was.
  if (asker != askers_.end() && is_device_of(asker->second, bare)) return asker->second;
  const auto last = last_.find(bare);
  return last == last_.end() ? bare : last->second;
}

}  // namespace mynah::xmpp
