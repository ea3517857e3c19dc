// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::net {

/// Where a URL of the web leads.
class web_url {
 public:
  web_url() = default;

  /// `host:port`, with brackets round an IPv6 address; for messages, which never show a target: its
  /// query may be a credential.
  [[nodiscard]] std::string peer() const;

  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 443;
  std::string authority;  ///< as it stands in the URL, for the field `Host`
  std::string target;     ///< path and query, at least `/`
};

/// Reads `https://host[:port][/path][?query]`, without user and without fragment. Nothing if it is
/// no such URL, or holds anything but printable ASCII.
[[nodiscard]] std::optional<web_url> parse_https_url(std::string_view text);

/// The same with the scheme of WebSockets over TLS, `wss`.
[[nodiscard]] std::optional<web_url> parse_wss_url(std::string_view text);

}  // namespace mynah::net
