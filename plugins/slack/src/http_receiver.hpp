// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
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

#include "net/http_server.hpp"

#include "arrival.hpp"

namespace mynah::slack {

/// How Slack's requests are received.
class http_receiver_options {
 public:
  http_receiver_options() {}

  net::http_server_options server;
  std::string signing_secret;
  std::string path = "/slack";  ///< where requests come to; others get 404
  /// Slack counts an answer after 3 s as none.
  std::chrono::milliseconds answer_limit{2'500};
};

/// The Events API over HTTP: a server that takes requests which Slack has signed, and answers each
/// when the bot has it. Those of slash commands, buttons and modals come the same way.
///
/// A request that is not signed, or not now, gets 401, whatever it holds. One that the bot does not
/// have in time gets 503, and Slack sends an event again.
///
/// Executor and thread safety: on the bot's strand.
class http_receiver {
 public:
  using receiver = std::function<void(arrival&&)>;

  http_receiver(boost::asio::any_io_executor executor, std::shared_ptr<mynah::clock> clock,
                logger log, http_receiver_options options, receiver take);
  http_receiver(const http_receiver&) = delete;
  http_receiver& operator=(const http_receiver&) = delete;
  ~http_receiver();

  /// Begins to listen. Errors: of `net::http_server::start`.
  [[nodiscard]] result<void> start();
  /// Answers what is being answered, bounded, and listens no more.
  [[nodiscard]] task<void> stop();

  [[nodiscard]] std::uint16_t port() const noexcept;
  /// While set, requests are answered with 503: Slack comes again.
  void hold(bool full) noexcept;

 private:
  class impl;

  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::slack
