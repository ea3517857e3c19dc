// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <utility>
#include <vector>

#include "net/stream.hpp"
#include "net/tls.hpp"
#include "session_options.hpp"

namespace mynah::irc {

/// Everything that one connection needs: where to, who we are, how fast.
class connection_options {
 public:
  connection_options(std::vector<net::connect_options> servers, session_options who)
      : servers(std::move(servers)), who(std::move(who)) {}
  connection_options(net::connect_options server, session_options who) : who(std::move(who)) {
    servers.push_back(std::move(server));
  }

  std::vector<net::connect_options> servers;  ///< tried in this order; at least one
  /// For servers without TLS that ask for it (STS); none: then such a server is of no use.
  std::optional<net::tls_context> upgrade;
  session_options who;
  std::chrono::milliseconds registration_limit = std::chrono::seconds(60);
  int burst = 5;                                                      ///< lines sent at once
  std::chrono::milliseconds interval = std::chrono::seconds(2);       ///< then one each; 0: no pace
  std::chrono::milliseconds goodbye_limit = std::chrono::seconds(2);  ///< from QUIT to the end
};

}  // namespace mynah::irc
