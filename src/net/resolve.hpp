// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

/// The addresses of a name, in the order of the resolver; of an address, itself.
///
/// Errors: the resolver's.
/// Cancellation: terminal, throws boost::system::system_error(operation_aborted) at once. (The
/// system's lookup cannot be interrupted: it goes on in the background, its result is dropped.)
[[nodiscard]] task<result<std::vector<boost::asio::ip::tcp::endpoint>>> resolve(std::string host,
                                                                                std::uint16_t port);

}  // namespace mynah::net
