// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace mynah_test {

/// A socket that is connected to that port of 127.0.0.1, for the caller to close. Throws, with the
/// reason, if nobody listens there.
[[nodiscard]] int connected_socket(std::uint16_t port);

}  // namespace mynah_test
