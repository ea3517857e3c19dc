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
  void heard(const jid& from, const std::string& id);

  /// That device has gone.
  void gone(const jid& device);

  /// A message to somebody came back: nobody knows which devices are left.
  void forget(std::string_view bare);

  /// Where a message to a bare address goes: the device that said what it answers (`answers`, the
  /// id of an event), else the one that was heard last, else the address.
  [[nodiscard]] std::string receiver(const std::string& bare, std::string_view answers) const;

 private:
  std::map<std::string, std::string, std::less<>> last_;    ///< full address, by bare
  std::map<std::string, std::string, std::less<>> askers_;  ///< full address, by id of an event
  std::deque<std::string> order_;                           ///< those ids, oldest first
};

}  // namespace mynah::xmpp
