// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/log.hpp>

#include "isupport.hpp"
#include "message.hpp"
#include "session_options.hpp"

namespace mynah::irc {

/// The channels that we are in or want to be in on one connection: joins them, tries again where it
/// may help, follows invitations as far as the settings allow, and comes back after being kicked
/// out. No I/O: after each call see `take_lines`, and call `tick` when `next_tick` has come.
///
/// Limits that the server announces (CHANLIMIT) are its default; this client may be allowed more.
/// So what goes beyond is tried, too, one after the other, until the server refuses (405).
///
/// Only the configured channels are for ever. Where an invitation, a forward or an operator
/// (SAJOIN) brought us, we are until we leave or the connection ends.
class rooms {
 public:
  using time_point = mynah::clock::time_point;

  /// Channels that are not configured; more than may be followed by invitation.
  static constexpr std::size_t most_unasked = 2'000;

  rooms(const session_options& options, logger log);

  /// How the server compares names, and its limits. Called again when that changes.
  void server_said(const isupport& server);

  /// Messages may be sent: asks for all configured channels.
  void start(time_point now);
  void tick(time_point now);
  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

  /// False, and nothing is done, if we are in too many channels already that are not configured.
  bool we_joined(std::string_view channel, time_point now);
  /// We left without having asked for it: somebody made us.
  void we_left(std::string_view channel);
  /// Takes a KICK of us.
  void we_were_kicked(const message& got, time_point now);
  /// Takes an INVITE of us to a channel.
  void invited(const message& got, time_point now);
  /// Whether JOIN was sent and is not answered.
  [[nodiscard]] bool is_asked(std::string_view channel) const;
  /// Takes a numeric that says that we may not join.
  void refused(const message& got, int numeric, time_point now);
  /// Takes 470: we are to be in another channel instead.
  void forwarded(const message& got, time_point now);
  /// We have an account now: what was closed without one may be open.
  void logged_in(time_point now);

  /// One spelling for one room, whatever the sender typed.
  [[nodiscard]] std::string spelled(std::string_view channel) const;
  /// Channels that we are in.
  [[nodiscard]] std::size_t count() const noexcept;

 private:
  enum class state : unsigned char {
    outside,  ///< not in it; if `due` is set, that is when to try
    asked,    ///< JOIN is sent; `due` is when to stop waiting for the answer
    inside
  };

  class room {
   public:
    explicit room(std::string name) : name(std::move(name)) {}

    std::string name;  ///< as the server spells it
    std::string key;
    bool configured = false;
    bool by_invitation = false;  ///< not configured, counts for the limit
    bool beyond = false;         ///< waits to be tried beyond the limits
    state where = state::outside;
    std::optional<time_point> due;
    std::optional<time_point> invited_at;
    time_point joined_at{};
    int kicks = 0;     ///< since it was last well
    int refusals = 0;  ///< in a row
    int refused_with = 0;
  };
  using room_map = std::map<std::string, room>;  ///< by folded name

  [[nodiscard]] std::string key(std::string_view channel) const;
  void ask(const std::vector<std::string>& keys, time_point now);
  void set_due(room_map::value_type& entry, std::optional<time_point> when);
  void forget(room_map::iterator place);
  void try_beyond(time_point now);
  /// The server has told what becomes of a JOIN.
  void answered(std::string_view channel, time_point now);
  /// Channels for which the limit is that of this one, which was refused for it, are not tried.
  void leave_out_beyond(std::string_view refused);
  /// How many more channels the server says that it allows, for each of its limits.
  [[nodiscard]] std::vector<std::size_t> left_of_limits() const;
  /// Which of its limits is for this channel, if one is.
  [[nodiscard]] std::optional<std::size_t> limit_of(std::string_view channel) const;
  [[nodiscard]] bool may_follow_another(time_point now);

  session_options options_;
  logger log_;
  isupport server_;
  bool started_ = false;
  room_map rooms_;
  std::set<std::pair<time_point, std::string>> due_;
  std::deque<std::string> beyond_;  ///< names of those that wait so
  std::string trying_;              ///< the one of them that is asked for; empty: none
  bool told_of_too_many_ = false;
  std::deque<time_point> invitations_;  ///< lately, to other than configured channels
  std::vector<std::string> lines_;
};

}  // namespace mynah::irc
