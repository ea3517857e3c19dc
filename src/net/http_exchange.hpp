// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "net/http_client.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"
#include "net/web_url.hpp"

namespace mynah::net {

/// A request as it goes over the line. `connection` is the value of that field; empty: none.
///
/// Errors: errc::not_sent if there could be more than one way to read it.
[[nodiscard]] result<std::string> request_text(const http_request& request, const web_url& where,
                                               std::string_view connection);

/// A connection to a server of the web; `step_limit` is for each step.
///
/// Errors: those of `connect`.
[[nodiscard]] task<result<stream>> connect_web(mynah::clock& clock, web_url where, tls_context tls,
                                               std::chrono::milliseconds step_limit);

/// What is known of an answer besides itself; also when it turns out to be none.
class http_reading {
 public:
  http_reading() = default;

  bool any = false;         ///< at least a byte of it has come
  bool keep_alive = false;  ///< the server will read another request on this connection
  std::string rest;         ///< what came behind the answer
};

/// Reads one answer; interim ones before it (100, 103) are passed over. `has_body` is false for
/// HEAD. `reading` and `from` must outlive the operation; `peer` is for messages.
///
/// Errors: errc::closed if it ends too early; errc::overflow; errc::protocol; the system's.
/// Cancellation: terminal, throws.
[[nodiscard]] task<result<http_response>> read_response(stream& from, std::string peer,
                                                        http_limits limits, bool has_body,
                                                        http_reading& reading);

/// Writes a request and reads the answer. One that refuses early may answer before it has read all.
///
/// Errors: those of `read_response`; those of writing, if no answer came either.
[[nodiscard]] task<result<http_response>> exchange(stream& with, std::string text, std::string peer,
                                                   http_limits limits, bool has_body,
                                                   http_reading& reading);

}  // namespace mynah::net
