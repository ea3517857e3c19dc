// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

/// A request that came. All of it is from the client: untrusted.
class http_incoming {
 public:
  http_incoming() = default;

  /// The value of the first field of this name, whatever its case; or an empty view.
  [[nodiscard]] std::string_view field(std::string_view name) const noexcept;

  std::string method;  ///< GET, POST ...
  std::string target;  ///< path and query, as they came
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;  ///< as it came, for signatures; without the marks of chunks
  std::string peer;  ///< the address of the client, without port
};

/// What is answered.
class http_answer {
 public:
  explicit http_answer(unsigned status, std::string body = {}, std::string content_type = {});

  unsigned status;  ///< 200 to 599
  /// Besides Content-Length, Transfer-Encoding, Connection and Date, which are the server's.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

/// Gives the answer to a request, which lives until then. It runs on the server's executor. What it
/// throws is logged and answered with 500.
///
/// Cancellation: terminal, when the server stops and its patience is over.
using http_handler = std::function<task<http_answer>(const http_incoming& request)>;

/// Where an http_server listens, how patient it is, and how much it takes.
class http_server_options {
 public:
  http_server_options() {}

  /// `host:port`, with brackets round an IPv6 address; for messages.
  [[nodiscard]] std::string place() const;

  std::string address = "127.0.0.1";  ///< IPv4 or IPv6; "0.0.0.0" and "::" are all of the machine's
  std::uint16_t port = 0;             ///< 0: a free one
  std::string certificate_file;       ///< PEM, the chain behind it; empty: no TLS
  std::string key_file;               ///< of that certificate; empty: in the same file
  std::uint32_t header_bytes = 16U * 1024;                               ///< more: 431
  std::uint64_t body_bytes = std::uint64_t{1024} * 1024;                 ///< more: 413
  std::size_t max_connections = 100;                                     ///< at a time; more: 503
  std::chrono::milliseconds handshake_limit = std::chrono::seconds(10);  ///< of TLS
  std::chrono::milliseconds idle_limit = std::chrono::seconds(60);       ///< up to the first byte
  std::chrono::milliseconds header_limit = std::chrono::seconds(10);  ///< from the first byte; 408
  std::chrono::milliseconds body_limit = std::chrono::seconds(30);    ///< from the header on; 408
  std::chrono::milliseconds answer_limit = std::chrono::seconds(30);  ///< writing the answer
};

/// A small server for HTTP/1.1, with TLS or without: for what other services send to a bot.
///
/// Connections are kept; each has one request at a time, and the next is read after the answer.
/// What is no request is answered with 400 and the connection ended.
///
/// Executor and thread safety: all members on the given executor, a strand or a context that one
/// thread runs.
/// Object lifetime: destroying it closes all sockets at once and cancels handlers without waiting
/// for them; they and the clock must then still be alive. Call `stop` first.
class http_server {
 public:
  http_server(boost::asio::any_io_executor executor, mynah::clock& clock,
              http_server_options options, logger log = logger());
  http_server(const http_server&) = delete;
  http_server& operator=(const http_server&) = delete;
  ~http_server();

  /// Begins to listen; to be called once.
  ///
  /// Errors: a certificate or key that cannot be used, the message names the file; an address that
  /// is none, is in use or is not ours, the message names address and port.
  [[nodiscard]] result<void> start(http_handler handler);

  /// The port that it listens on; zero before `start` and after `stop`.
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Accepts no more, closes the connections on which no request has come whole, lets handlers end
  /// and their answers be sent for at most `limit`, then cancels them. A handler that ignores its
  /// cancellation is not waited for longer than `limit` once more. May be repeated.
  [[nodiscard]] task<void> stop(mynah::clock::duration limit);

 private:
  class state;

  std::shared_ptr<state> state_;
};

}  // namespace mynah::net
