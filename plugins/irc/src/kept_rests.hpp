// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include <mynah/address.hpp>
#include <mynah/clock.hpp>
#include <mynah/reply.hpp>

namespace mynah::irc {

/// What was left out of long replies, for whoever says `more`: the last one of each room, for a
/// while; what was for some of a channel only has a place of its own. In a channel everybody there
/// may ask; in private only who asked for the reply, as a nick may be somebody else's by then.
///
/// Thread safety: all members may be called from any thread.
class kept_rests {
 public:
  using time_point = mynah::clock::time_point;

  static constexpr std::size_t most_rooms = 256;
  static constexpr std::chrono::minutes kept_for{15};

  /// Somebody (`principal::key`) spoke to us in private in this room.
  void heard(const address& where, const std::string& who, time_point now);
  /// Whether what is left out of a reply to this room could be asked for.
  [[nodiscard]] bool can_keep(const address& where, bool direct) const;
  void keep(const address& where, bool direct, reply rest, time_point now);
  /// Takes the rest out.
  [[nodiscard]] std::optional<reply> take(const address& where, const std::string& who,
                                          time_point now);

 private:
  class entry {
   public:
    std::string owner;  ///< empty: everybody in the room
    reply rest;
    time_point since;
  };
  class speaker {
   public:
    std::string who;
    time_point since;
  };

  mutable std::mutex mutex_;
  std::map<std::string, entry> rests_;       // by input and room
  std::map<std::string, speaker> speakers_;  // in private, by input and room
};

}  // namespace mynah::irc
