// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "net/tls.hpp"

namespace mynah::net {

/// Where an `https` URL leads.
class https_url {
 public:
  https_url() = default;

  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 443;
  std::string authority;  ///< as it stands in the URL, for the field `Host`
  std::string target;     ///< path and query, at least `/`
};

/// Reads `https://host[:port][/path][?query]`, without user and without fragment. Nothing if it is
/// no such URL, or holds anything but printable ASCII.
[[nodiscard]] std::optional<https_url> parse_https_url(std::string_view text);

/// One HTTP request.
class http_request {
 public:
  http_request(std::string method, std::string url)
      : method(std::move(method)), url(std::move(url)) {}

  std::string method;  ///< GET, PUT, POST ...
  std::string url;     ///< https only
  /// Besides Host, Content-Length and Connection, which are not to be given.
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

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
  std::uint64_t body_bytes = 64U * 1024;
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

}  // namespace mynah::net
