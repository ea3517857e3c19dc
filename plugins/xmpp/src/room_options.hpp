// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "jid.hpp"

namespace mynah::xmpp {

/// A room that is configured.
class room_entry {
 public:
  explicit room_entry(jid room, std::string password = {})
      : room(std::move(room)), password(std::move(password)) {}

  jid room;
  std::string password;  ///< empty: none
};

/// Which invitations are followed.
enum class invite_policy : unsigned char { ignore, configured, any };

/// What rooms are to be in, and how.
class room_options {
 public:
  std::vector<room_entry> entries;
  std::string nick;
  std::vector<std::string> alternative_nicks;
  invite_policy invites = invite_policy::configured;
  std::size_t invite_limit = 20;
  /// The account's: what is there is no room that somebody could invite into. Of rooms that
  /// somebody invites into, only those of services with configured rooms are believed who is who.
  std::string domain;
  bool bookmarks = false;  ///< go into rooms that are marked so at the account (XEP-0402)
  bool rejoin = true;      ///< after a kick
  /// In a room; then it is asked whether we are still in it (XEP-0410). Zero: never.
  std::chrono::milliseconds silence = std::chrono::minutes(15);
};

}  // namespace mynah::xmpp
