// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/log.hpp>

#include "connection_options.hpp"
#include "enquiries.hpp"
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
  task<result<receipt>> send(const outgoing& message) override;
  /// Says QUIT, waits (bounded) for the server to end the connection, and closes.
  task<void> close() override;
  [[nodiscard]] std::string describe() const override;

  [[nodiscard]] bool ended() const noexcept;
  /// As long as the connection lives.
  [[nodiscard]] std::weak_ptr<enquiries> asks() const noexcept;

 private:
  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::irc
