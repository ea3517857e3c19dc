// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

#include "jid.hpp"

namespace mynah::xmpp {

/// From which of their devices people talk to us, so that an answer goes to the one that asked. No
/// I/O.
///
/// Thread safety: none; on the bot's strand.
class session_talks {
 public:
  /// People, and messages, that are remembered; beyond them some are forgotten, and answers go to
  /// the device that was heard last, or to the account.
  static constexpr std::size_t most = 5'000;

  /// Somebody has said something; `id`: of its event, or empty. Nothing for a bare address.
  void heard(const jid& from, const std::string& id) {
    if (from.is_bare()) return;
    if (last_.size() >= most) last_.erase(last_.begin());
    last_.insert_or_assign(std::string(from.bare_text()), from.to_string());
    if (id.empty() || !askers_.insert_or_assign(id, from.to_string()).second) return;
    order_.push_back(id);
    if (order_.size() <= most) return;
    askers_.erase(order_.front());
    order_.pop_front();
  }

  /// That device has gone.
  void gone(const jid& device) {
    const std::string full = device.to_string();
    const auto last = last_.find(device.bare_text());
    if (last != last_.end() && last->second == full) last_.erase(last);
    // The ids stay, as many as `order_` has: an address that is empty is nobody's.
    for (auto& [id, each] : askers_) {
      if (each == full) each.clear();
    }
  }

  /// A message to somebody came back: nobody knows which devices are left.
  void forget(std::string_view bare) {
    const auto last = last_.find(bare);
    if (last != last_.end()) last_.erase(last);
    for (auto& [id, each] : askers_) {
      if (is_device_of(each, bare)) each.clear();
    }
  }

  /// Where a message to a bare address goes: the device that said what it answers (`answers`, the
  /// id of an event), else the one that was heard last, else the address.
  [[nodiscard]] std::string receiver(const std::string& bare, std::string_view answers) const {
    const auto asker = askers_.find(answers);
    // An answer may be sent elsewhere than where the question was.
    if (asker != askers_.end() && is_device_of(asker->second, bare)) return asker->second;
    const auto last = last_.find(bare);
    return last == last_.end() ? bare : last->second;
  }

 private:
  static bool is_device_of(std::string_view full, std::string_view bare) noexcept {
    return full.size() > bare.size() && full.starts_with(bare) && full[bare.size()] == '/';
  }

  std::map<std::string, std::string, std::less<>> last_;    ///< full address, by bare
  std::map<std::string, std::string, std::less<>> askers_;  ///< full address, by id of an event
  std::deque<std::string> order_;                           ///< those ids, oldest first
};

}  // namespace mynah::xmpp
