// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "net/tls.hpp"
#include "net/web_url.hpp"

namespace mynah::net {

/// One HTTP request.
class http_request {
 public:
  http_request(std::string method, std::string url)
      : method(std::move(method)), url(std::move(url)) {}

  std::string method;  ///< GET, PUT, POST ...
  std::string url;     ///< https only
  /// Besides Host, Connection, and what says how the body is written (Content-Length ...), which
  /// are not to be given; nor is Accept-Encoding: answers are not unpacked.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
  /// Executing it twice does what executing it once does; see `http_client`.
  bool may_repeat = true;
};

/// The answer to one.
class http_response {
 public:
  http_response() = default;

  /// The value of the first field of this name, whatever its case; or an empty view.
  [[nodiscard]] std::string_view field(std::string_view name) const noexcept;

  unsigned status = 0;
  std::vector<std::pair<std::string, std::string>> fields;  ///< from the peer: untrusted
  std::string body;                                         ///< from the peer: untrusted
};

/// How patient to be with a server, and how much to take from it.
class http_limits {
 public:
  http_limits() {}

  std::chrono::milliseconds connect = std::chrono::seconds(10);  ///< each step
  std::chrono::milliseconds whole = std::chrono::seconds(60);    ///< from the first step to the end
  std::uint32_t header_bytes = 16U * 1024;
  std::uint64_t body_bytes = std::uint64_t{64} * 1024;
};

/// Sends one request over a connection of its own, with HTTP/1.1 and TLS, and gives the answer,
/// whatever its status. Redirections are answers like any other: nothing is asked elsewhere.
///
/// Errors: errc::not_sent if the request is none (URL, method, a field with a line end in it);
/// those of `connect`; errc::timed_out; errc::overflow if the answer is too big; errc::protocol if
/// it is none; errc::closed if it ends too early.
/// Cancellation: terminal, throws boost::system::system_error(operation_aborted).
/// Object lifetime: the clock must outlive the operation.
[[nodiscard]] task<result<http_response>> send_http(mynah::clock& clock, http_request request,
                                                    tls_context tls,
                                                    http_limits limits = http_limits());

/// How many connections an http_client has, and how long it keeps those that nobody uses.
class http_client_options {
 public:
  http_client_options() {}

  std::size_t connections = 4;  ///< to each host and port; zero counts as one
  std::chrono::milliseconds idle = std::chrono::seconds(30);  ///< zero: none is used twice
};

/// Sends HTTP requests, with HTTP/1.1 and TLS, over connections that are kept and used again.
///
/// A server may close a connection that nobody uses at any moment, also while the next request is
/// on its way. Where that is seen before the first byte of the answer has come, a request that may
/// be repeated is sent once more at once, over a new connection; of another it is not known whether
/// it was executed.
///
/// Executor and thread safety: all members on the given executor, a strand or a context that one
/// thread runs. Any number of requests may be under way at the same time; of those to one host that
/// are too many for its connections the one that began first is sent first.
/// Object lifetime: may be destroyed while requests are under way; they go on. The clock must
/// outlive both.
class http_client {
 public:
  http_client(boost::asio::any_io_executor executor, mynah::clock& clock, tls_context tls,
              http_client_options options = http_client_options());
  http_client(const http_client&) = delete;
  http_client& operator=(const http_client&) = delete;
  ~http_client();

  /// Sends one and gives the answer, whatever its status. Redirections are answers like any other.
  /// The wait for a connection counts for `limits.whole`.
  ///
  /// Errors: errc::unconfirmed when the request was written, if only in part, and no answer came
  /// that can be understood: whether it was executed is unknown, and the message says what
  /// happened. With any other code it was certainly not executed: errc::not_sent if the request is
  /// none; errc::timed_out; errc::closed after `close`; those of `connect`. Cancellation: terminal,
  /// throws boost::system::system_error(operation_aborted).
  [[nodiscard]] task<result<http_response>> send(http_request request,
                                                 http_limits limits = http_limits());

  /// Drops the connections that nobody uses, and takes no more requests; those under way go on,
  /// those that wait for a connection end with errc::closed. May be repeated.
  void close();

  /// How many connections are kept for later; for tests and figures.
  [[nodiscard]] std::size_t idle_connections() const noexcept;

 private:
  class state;

  std::shared_ptr<state> state_;
};

}  // namespace mynah::net
