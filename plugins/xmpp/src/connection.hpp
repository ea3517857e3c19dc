// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/log.hpp>

#include "connection_options.hpp"
#include "exchange.hpp"
#include "session.hpp"

namespace mynah::xmpp {

/// One connection to an XMPP server: a `session` with a socket. It reads and writes on its own, so
/// that the server is answered also while nobody calls `recv`.
class connection final : public conn {
 public:
  class impl;

  /// Connects, logs in, and takes the session up again if that can be done; else it begins anew.
  ///
  /// Errors: of the network (`net::connect`); authentication_failed if the login is refused;
  /// protocol, closed and throttled as a server says; timed_out if a login takes longer than
  /// `login_limit`. Cancellation: terminal, throws boost::system::system_error(operation_aborted).
  [[nodiscard]] static task<result<std::unique_ptr<connection>>> open(
      std::shared_ptr<mynah::clock> clock, logger log, connection_options options,
      std::shared_ptr<session> of);

  explicit connection(std::shared_ptr<impl> running) noexcept;
  ~connection() override;

  task<result<event>> recv() override;
  std::optional<event> recv_now() override;
  void acknowledge(std::uint64_t delivery) noexcept override;
  /// Completes when the server has every message of the reply (XEP-0198), and in a room when it was
  /// shown there. When the connection breaks, replies without a stamp are the session's: it sends
  /// them again with the next one.
  task<result<receipt>> send(const outgoing& message) override;
  bool send_now(const outgoing& message) override;
  void working(const address& where, bool is, std::string_view answers) noexcept override;
  /// Leaves, closes the stream, and waits (bounded) for the server to do the same.
  task<void> close() override;
  [[nodiscard]] std::string describe() const override;
  [[nodiscard]] bool can_edit() const noexcept override { return true; }

  /// As long as the connection lives.
  [[nodiscard]] std::weak_ptr<exchange> asks() const noexcept;

 private:
  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::xmpp
