// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/log.hpp>

#include "isupport.hpp"
#include "message.hpp"

namespace mynah::irc {

/// What the network calls us: nick, user and host. Finds a nick that the server takes, and gets the
/// wanted one when it becomes free (MONITOR where the server has it, else ISON). No I/O: after each
/// call see `take_lines`, and call `tick` when `next_tick` has come.
///
/// A nick that operators or services gave us is kept: only after a while, and only a few times, the
/// wanted one is asked for again.
class own_nick {
 public:
  using time_point = mynah::clock::time_point;

  own_nick(std::string wanted, std::vector<std::string> alternatives, logger log);

  void server_said(const isupport& server) { server_ = server; }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  [[nodiscard]] bool is(std::string_view nick) const;
  [[nodiscard]] bool is_wanted() const { return is(goal()); }
  /// The nick of the settings, as long as the server allows.
  [[nodiscard]] std::string goal() const;
  /// Length of `:nick!user@host ` as others see it; assumed at its longest until it is known.
  [[nodiscard]] std::size_t prefix_length() const noexcept;

  /// The nick we asked for is refused during registration: the one to ask for now, which is our
  /// name from then on, or nothing after too many.
  [[nodiscard]] std::optional<std::string> next(int numeric);
  /// The server calls us so (001).
  void called(std::string_view name) { name_ = name; }
  /// Where others see us; what is empty is not known.
  void seen_as(std::string_view user, std::string_view host);
  /// Whether that is known.
  [[nodiscard]] bool is_seen() const noexcept { return !host_.empty(); }

  /// Messages may be sent: begins to wait for the wanted nick, if we have another.
  void online(time_point now);
  void tick(time_point now);
  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

  /// Our nick is another now, whoever changed it.
  void renamed(std::string_view to, time_point now);
  /// Somebody left this nick.
  void freed(std::string_view nick, time_point now);
  /// A numeric that refuses a nick after registration.
  void refused(int numeric, time_point now);
  /// Takes 303 (ISON), 731 (MONITOR: offline) and 734 (MONITOR: list full).
  void receive(const message& got, int numeric, time_point now);

 private:
  [[nodiscard]] std::string generated(int nth) const;
  void begin_to_wait();
  void ask(time_point now);

  std::string wanted_;
  std::vector<std::string> alternatives_;
  logger log_;
  isupport server_;
  std::string name_;
  std::string user_;  ///< empty until known
  std::string host_;
  std::size_t tries_ = 0;  ///< during registration

  bool impossible_ = false;  ///< the server takes the wanted nick from nobody
  bool waiting_ = false;     ///< for the wanted nick
  bool monitored_ = false;   ///< the server tells when it is free
  bool asked_ = false;       ///< NICK is sent, and not answered
  int forced_ = 0;           ///< how often somebody else changed our nick
  time_point not_before_{};
  std::chrono::milliseconds pause_{0};  ///< between two looks
  std::optional<time_point> look_at_;
  std::vector<std::string> lines_;
};

}  // namespace mynah::irc
