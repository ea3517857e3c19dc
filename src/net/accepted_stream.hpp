// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "net/stream.hpp"

namespace mynah::net {

/// A connection that a server has accepted, without TLS at first (`accept_tls`). `peer` is for
/// messages: the client's address.
[[nodiscard]] stream accepted_stream(boost::asio::ip::tcp::socket socket, std::string peer);

}  // namespace mynah::net
