// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mynah::net {

/// `host`, `host:port`, `[ipv6]` or `[ipv6]:port`, taken apart.
class server_address {
 public:
  /// Nothing if the text is no such form, or the port not within 1 to 65535.
  [[nodiscard]] static std::optional<server_address> parse(std::string_view text);
  /// A host alone, as it is to be connected to: `host`, `ipv6` or `[ipv6]`. Nothing if it is no
  /// such form.
  [[nodiscard]] static std::optional<std::string> parse_host(std::string_view text);

  std::string host;  ///< without brackets
  std::optional<std::uint16_t> port;
};

}  // namespace mynah::net
