// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace mynah::irc {

/// How to log in to the network's services; checked before.
class sasl_options {
 public:
  [[nodiscard]] bool wanted() const noexcept { return !user.empty(); }

  std::string user;  ///< the account; empty: do not log in
  std::string password;
  std::vector<std::string> mechanisms;  ///< allowed on this connection, the best first
  bool required = true;                 ///< without the account nothing is to be done there
  std::chrono::milliseconds limit = std::chrono::seconds(20);
  std::string nonce;  ///< of SCRAM, for tests; empty: random
};

}  // namespace mynah::irc
