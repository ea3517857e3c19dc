// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace mynah::irc {

/// How to log in to the network's services by talking to them, where SASL is not to be had; checked
/// before.
class nickserv_options {
 public:
  /// Whether there is anything to say to them.
  [[nodiscard]] bool wanted() const noexcept { return !password.empty() || !regain.empty(); }

  std::string service = "NickServ";  ///< nick, or nick@server: then nobody else gets it
  std::string account;               ///< empty: the one of the nick
  std::string password;              ///< empty: do not log in
  std::string regain;                ///< command that frees our nick, such as REGAIN; empty: none
  bool required = false;             ///< nothing is joined without the account
  std::chrono::milliseconds limit = std::chrono::seconds(20);  ///< for all of it
};

}  // namespace mynah::irc
