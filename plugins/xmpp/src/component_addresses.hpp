// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "jid.hpp"

namespace mynah::xmpp {

/// The addresses of a component (XEP-0114): all of its domain are the bot's. Knows to which of them
/// people write, so that answers come from there. No I/O.
///
/// Thread safety: none; on the bot's strand.
class component_addresses {
 public:
  /// People that are remembered; further ones take the place of others.
  static constexpr std::size_t most = 20'000;

  /// The id of an event says which address it came to: also after a restart, when nothing else
  /// does.
  [[nodiscard]] static std::string event_id(const jid& to, std::string_view rest);

  /// `peer` has written to `to`, one of ours.
  void written(const jid& peer, const jid& to);

  /// From where `peer` gets the answer to an event, or anything else: the address that this event
  /// came to, else the one they wrote to last, else the `domain` itself.
  [[nodiscard]] std::string sender(const jid& peer, std::string_view answers,
                                   const jid& domain) const;

 private:
  std::map<std::string, std::string, std::less<>> written_;  ///< address of ours, by bare address
};

}  // namespace mynah::xmpp
