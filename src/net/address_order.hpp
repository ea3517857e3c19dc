// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

namespace mynah::net {

/// At most `most` of the addresses, IPv6 and IPv4 in turn, beginning with the family of the first
/// and else in their order: where one family does not work, the other is tried soon, however many
/// addresses there are (after RFC 8305).
[[nodiscard]] std::vector<boost::asio::ip::tcp::endpoint> in_turn(
    const std::vector<boost::asio::ip::tcp::endpoint>& addresses, std::size_t most);

}  // namespace mynah::net
