// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "negotiation_options.hpp"
#include "net/tls.hpp"
#include "session_options.hpp"

namespace mynah::xmpp {

/// How to reach a server, and what to do there.
class connection_options {
 public:
  connection_options(negotiation_options login, net::tls_context tls)
      : login(std::move(login)), tls(std::move(tls)) {}

  negotiation_options login;
  session_options session;
  net::tls_context tls;
  std::string host;                      ///< empty: as DNS says (SRV), else that of the address
  std::optional<std::uint16_t> port;     ///< if one is given
  bool direct_tls = false;               ///< XEP-0368, at a given host
  std::vector<std::string> dns_servers;  ///< empty: the machine's
  std::chrono::milliseconds connect_limit = std::chrono::seconds(10);  ///< for each step
  std::chrono::milliseconds login_limit = std::chrono::seconds(60);
};

}  // namespace mynah::xmpp
