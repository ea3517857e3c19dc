// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/log.hpp>

#include "connection_options.hpp"
#include "enquiries.hpp"
#include "round_trips.hpp"
#include "sts_policies.hpp"

namespace mynah::irc {

/// One connection to an IRC server: a `session` with a socket. It reads and writes on its own, so
/// that PINGs are answered also while nobody calls `recv`.
class connection final : public conn {
 public:
  class impl;

  /// Connects and logs in to the first server of the list that lets us; completes when the bot is
  /// online. A server that is for TLS only (STS), as it says or is kept in `policies`, is only
  /// reached so.
  ///
  /// Errors, as `server_failures` has it: of the network (`net::connect`); authentication_failed,
  /// banned, throttled as a server says; timed_out if a login takes longer than
  /// `registration_limit`. Cancellation: terminal, throws
  /// boost::system::system_error(operation_aborted).
  [[nodiscard]] static task<result<std::unique_ptr<connection>>> open(
      std::shared_ptr<mynah::clock> clock, logger log, connection_options options,
      std::shared_ptr<sts_policies> policies = nullptr);

  explicit connection(std::shared_ptr<impl> running) noexcept;
  ~connection() override;

  task<result<event>> recv() override;
  /// Completes when the server has confirmed every message of the reply (labeled-response,
  /// echo-message), or has refused one: errc::not_sent with its words. Where it does not offer
  /// that, and where it says nothing within `confirmation_limit`, when they are written.
  ///
  /// When the connection breaks: errc::unconfirmed if something was written that the server may or
  /// may not have taken; else what ended the connection. What was confirmed, or written where
  /// nothing confirms, is not said again when the same message is sent through another connection
  /// with the same `partials`.
  std::optional<event> recv_now() override;
  task<result<receipt>> send(const outgoing& message) override;
  bool send_now(const outgoing& message) override;
  /// Says QUIT, waits (bounded) for the server to end the connection, and closes.
  task<void> close() override;
  [[nodiscard]] std::string describe() const override;

  [[nodiscard]] bool ended() const noexcept;
  /// As long as the connection lives.
  [[nodiscard]] std::weak_ptr<enquiries> asks() const noexcept;

  /// How long the server takes to answer; nothing before the first PING was answered.
  [[nodiscard]] std::optional<lag> measured_lag() const noexcept;

 private:
  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::irc
