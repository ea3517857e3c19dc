// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "jid.hpp"

namespace mynah::xmpp {

/// Somebody in a room, as the room shows them (XEP-0045, section 5).
class occupant {
 public:
  occupant() = default;
  explicit occupant(std::string nick) : nick(std::move(nick)) {}

  std::string nick;
  std::optional<jid> real;  ///< who it really is, if the room shows that to us
  std::string affiliation;  ///< owner, admin, member, none
  std::string role;         ///< moderator, participant, visitor
};

}  // namespace mynah::xmpp
