// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace mynah::irc {

/// How to log in to the network's services; checked before.
class sasl_options {
 public:
  [[nodiscard]] bool wanted() const noexcept { return !user.empty() || !mechanisms.empty(); }
  /// Whether this mechanism may be used on this connection: EXTERNAL is nothing without the
  /// certificate that TLS showed, and PLAIN would show the password to everybody on the way.
  [[nodiscard]] bool usable(std::string_view mechanism) const noexcept {
    if (secure) return true;
    if (mechanism == "EXTERNAL") return false;
    return mechanism != "PLAIN" || plain_without_tls;
  }

  std::string user;  ///< the account; empty: that of the certificate
  std::string password;
  std::vector<std::string> mechanisms;  ///< allowed, registered names, the best first
  bool plain_without_tls = false;
  bool secure = true;    ///< the connection is inside TLS
  bool required = true;  ///< without the account nothing is to be done there
  std::chrono::milliseconds limit = std::chrono::seconds(20);
  std::string nonce;  ///< of SCRAM, for tests; empty: random
};

}  // namespace mynah::irc
