// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mynah::irc {

/// What a server tells with the capability `sts` (IRCv3 strict transport security).
class sts_offer {
 public:
  /// The value of the capability: keys with commas between them. Unknown keys and keys with values
  /// that make no sense are passed over.
  [[nodiscard]] static sts_offer parse(std::string_view value);

  std::optional<std::uint16_t> port;             ///< where TLS is; meant for plain connections
  std::optional<std::chrono::seconds> duration;  ///< how long to insist on TLS; meant for TLS
};

}  // namespace mynah::irc
