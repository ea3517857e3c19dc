// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "connection_options.hpp"
#include "negotiation.hpp"
#include "net/stream.hpp"
#include "stream_parser.hpp"

namespace mynah::xmpp {

/// A stream on which the login is done.
class dialled_stream {
 public:
  dialled_stream(net::stream stream, std::string peer)
      : stream(std::move(stream)), peer(std::move(peer)) {}

  net::stream stream;
  stream_parser parser;  ///< holds what came behind the login
  std::string peer;      ///< "xmpp.example:5222"
};

/// Finds the servers of a domain (RFC 6120, section 3.2; XEP-0368), connects to the first that can
/// be reached, and logs in as `how` has it. The certificate must be for the domain of the address,
/// whatever the name of the server. A server may send us elsewhere (`see-other-host`) a few times.
///
/// Errors: see `connection::open`. A server that refuses the login is the last one that is tried.
/// Cancellation: terminal, throws. Object lifetime: clock and `how` outlive the operation.
[[nodiscard]] task<result<dialled_stream>> dial(mynah::clock& clock, logger log,
                                                const connection_options& options,
                                                negotiation& how);

}  // namespace mynah::xmpp
