// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/log.hpp>

#include "channel_entry.hpp"
#include "isupport.hpp"
#include "message.hpp"

namespace mynah::irc {

/// The channels that we are in or want to be in on one connection: joins them, and comes back after
/// being kicked out. No I/O: after each call see `take_lines`, and call `tick` when `next_tick` has
/// come.
class rooms {
 public:
  using time_point = mynah::clock::time_point;

  rooms(std::vector<channel_entry> wanted, std::chrono::milliseconds rejoin_delay, logger log);

  /// Messages may be sent: asks for all wanted channels.
  void start(const isupport& server);
  void tick(time_point now);
  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

  void we_joined(std::string_view channel, const isupport& server);
  void we_left(std::string_view channel, const isupport& server);
  /// Takes a KICK of us.
  void we_were_kicked(const message& got, const isupport& server, time_point now);
  /// Takes a numeric that says that we may not join.
  void refused(const message& got, int numeric);

  /// One spelling for one room, whatever the sender typed.
  [[nodiscard]] std::string spelled(std::string_view channel, const isupport& server) const;

 private:
  class room {
   public:
    explicit room(std::string name) : name(std::move(name)) {}

    std::string name;  ///< as the server spells it
    std::string key;
    int rejoins = 0;
    std::optional<time_point> rejoin_at;
  };

  std::vector<channel_entry> wanted_;
  std::chrono::milliseconds rejoin_delay_;
  logger log_;
  std::map<std::string, room> rooms_;  ///< by folded name
  std::vector<std::string> lines_;
};

}  // namespace mynah::irc
