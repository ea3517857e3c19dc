// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>

#include "isupport.hpp"
#include "message.hpp"
#include "nickserv_options.hpp"

namespace mynah::irc {

/// Logs in by IDENTIFY to services, once per connection, and asks them to free our nick. No I/O.
///
/// Without an account of the settings the password is that of the wanted nick. While we have
/// another one IDENTIFY names it; services that know only the login under the nick itself refuse
/// that, which is not final: with the nick comes another try.
///
/// Anybody can take the nick NickServ where there are no services. So unless the settings name the
/// server (NickServ@services.test), WHOIS has to say first that this is a service or an operator of
/// the network (313), which only the server can say. The notices that follow count only from the
/// user and host that WHOIS told, or from the host of the settings.
class nickserv {
 public:
  using time_point = mynah::clock::time_point;

  explicit nickserv(nickserv_options options) : options_(std::move(options)) {}

  /// Online. `has_account`: we are logged in already. `wanted`: the nick of the settings, if we
  /// have another one; empty else.
  void start(bool has_account, std::string wanted, time_point now);
  /// The wanted nick is ours now.
  void got_nick(time_point now);
  /// Takes numerics, of which 311, 313, 318, 401 and 900 matter, NOTICE (0), and our own ACCOUNT
  /// (0).
  void receive(const message& got, int numeric, const isupport& server);
  void tick(time_point now);
  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept { return until_.value_or(time_point::max()); }

  [[nodiscard]] bool running() const noexcept {
    return state_ == state::checking || state_ == state::identifying;
  }
  [[nodiscard]] bool succeeded() const noexcept { return state_ == state::succeeded; }
  /// Why it failed, if it did.
  [[nodiscard]] const std::optional<failure>& failed() const noexcept { return failed_; }
  /// Services answered to what was to free the nick; true once.
  [[nodiscard]] bool take_freed() noexcept { return std::exchange(freed_, false); }

  /// Whether this target is the service: what is said there holds a password, and stays between us.
  [[nodiscard]] bool is_service(std::string_view target, const isupport& server) const;

  [[nodiscard]] std::vector<std::string> take_lines() { return std::exchange(lines_, {}); }

 private:
  enum class state : unsigned char { idle, checking, identifying, succeeded, failed };

  [[nodiscard]] std::string nick() const;
  void begin();
  void trust();
  /// Whether it is the service that was asked, and not somebody of that nick.
  [[nodiscard]] bool is_known(const message_source& from) const;
  void on_notice(const message& got, const isupport& server);
  void on_unknown_account(const std::string& text);
  void free_nick();
  void end_well();
  void fail(failure why);

  nickserv_options options_;
  state state_ = state::idle;
  bool identify_ = false;
  std::string wanted_;              ///< the nick of the settings; empty: it is ours
  bool under_other_nick_ = false;   ///< the login that runs, or ran, is for a nick that we have not
  std::optional<failure> not_yet_;  ///< why the login has to wait for the nick
  bool asked_to_free_ = false;
  bool waits_for_free_ = false;
  bool freed_ = false;
  bool is_marked_ = false;  ///< 313 came
  std::string mask_;        ///< user@host of the service; empty: not known
  std::optional<time_point> until_;
  std::optional<failure> failed_;
  std::vector<std::string> lines_;
};

}  // namespace mynah::irc
