// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/error_code.hpp>
#include <mynah/network.hpp>
#include <mynah/task.hpp>

namespace mynah {
class bot_view;
}

namespace mynah::irc {

/// What WHOIS told (RFC 2812 3.6.2 and what servers add). Empty: it did not tell.
class whois {
 public:
  whois() = default;

  std::string nick;
  std::string user;
  std::string host;
  std::string real_name;
  std::string account;  ///< of the network's services (330)
  std::string server;
  std::vector<std::string> channels;  ///< as told, with prefixes such as `@`
  std::chrono::seconds idle{0};
  bool is_operator = false;
  bool is_bot = false;
  bool over_tls = false;
};

/// What an IRC network can do beyond talking.
///
///     task<std::string> unban(async_context& ctx) {
///       const auto irc = irc::network::of(ctx.bot(), ctx.event().from.input);
///       if (irc == nullptr) co_return "only on IRC";
///       const result<void> done = co_await irc->mode(ctx.event().from.room, "-b *!*@host");
///       if (done.has_error()) throw command_error(done.error().message() + ": " +
///       done.error().remote()); co_return "done";
///     }
///
/// Executor and thread safety: on the bot's strand only, so in coroutine commands, not in blocking
/// ones. One after the other: a second question waits until the first is answered.
///
/// Errors: errc::not_sent with the server's own words if it refuses, or if an argument is not one
/// name or cannot be part of a line; errc::closed while there is no connection; errc::timed_out
/// without an answer in 30 seconds. Cancellation: terminal.
class network : public mynah::network {
 public:
  /// The network behind an input such as `irc:libera`; null if there is none, or it is not IRC.
  [[nodiscard]] static std::shared_ptr<network> of(const bot_view& bot, std::string_view input);

  virtual task<result<std::string>> topic(std::string channel) = 0;
  virtual task<result<void>> set_topic(std::string channel, std::string text) = 0;
  /// The modes of a channel, e.g. `+nt`.
  virtual task<result<std::string>> modes(std::string channel) = 0;
  /// Changes modes, of a channel (`+o ann`) or the bot's own (`+B`).
  virtual task<result<void>> mode(std::string target, std::string change) = 0;
  virtual task<result<void>> kick(std::string channel, std::string nick, std::string why = {}) = 0;
  virtual task<result<void>> invite(std::string nick, std::string channel) = 0;
  virtual task<result<void>> join(std::string channel, std::string key = {}) = 0;
  virtual task<result<void>> part(std::string channel, std::string why = {}) = 0;
  virtual task<result<irc::whois>> who_is(std::string nick) = 0;
};

}  // namespace mynah::irc
