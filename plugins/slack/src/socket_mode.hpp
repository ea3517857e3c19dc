// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "net/tls.hpp"

#include "arrival.hpp"
#include "web_api.hpp"

namespace mynah::slack {

/// How Socket Mode is done.
class socket_mode_options {
 public:
  socket_mode_options(std::string app_token, net::tls_context tls)
      : app_token(std::move(app_token)), tls(std::move(tls)) {}

  std::string app_token;
  net::tls_context tls;
  std::size_t connections = 1;                                         ///< at a time, 1 to 10
  std::chrono::milliseconds connect_limit = std::chrono::seconds(10);  ///< each step
  std::chrono::milliseconds hello_limit = std::chrono::seconds(15);    ///< until Slack says hello
  std::chrono::milliseconds ping_every = std::chrono::seconds(10);     ///< zero: never
  std::chrono::milliseconds silence_limit = std::chrono::seconds(30);  ///< then it is given up
  std::uint64_t seed = 1;                                              ///< of the delays
};

/// The WebSockets of Socket Mode: as many as wanted at a time. The next is opened before Slack
/// closes one, and the old one is read until it is closed, so that no event is missed. One that has
/// died silently is given up; one that is lost is opened again at once, then with growing delays.
///
/// Executor and thread safety: on the bot's strand.
/// Object lifetime: call `stop` before it is destroyed, or its connections end at once.
class socket_mode {
 public:
  /// Takes what arrives; called on the strand.
  using receiver = std::function<void(arrival&&)>;
  /// Is told when going on is pointless: the app token is dead.
  using ended = std::function<void(const failure& why)>;

  socket_mode(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock,
              logger log, std::shared_ptr<web_api> api, socket_mode_options options, receiver take,
              ended end);
  socket_mode(const socket_mode&) = delete;
  socket_mode& operator=(const socket_mode&) = delete;
  ~socket_mode();

  /// Completes when the first connection was greeted; the others follow. Errors: of
  /// apps.connections.open and of the network; errc::timed_out without a greeting.
  [[nodiscard]] task<result<void>> start();
  /// Takes nothing more, and closes all connections in order, in a few seconds at most. What was
  /// not acknowledged is delivered again to whoever is connected next.
  [[nodiscard]] task<void> stop();

  /// While set, nothing is read: Slack's events wait in the network.
  void hold(bool full);

  /// Connections that events can come by.
  [[nodiscard]] std::size_t connections() const noexcept;

 private:
  class impl;

  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::slack
