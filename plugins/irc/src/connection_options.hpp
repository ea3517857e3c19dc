// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "flood_memory.hpp"
#include "kept_rests.hpp"
#include "net/stream.hpp"
#include "net/tls.hpp"
#include "partial_replies.hpp"
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
  bool learn_pace = false;  ///< as fast as the server reads; else burst and interval
  int burst = 5;            ///< lines sent at once
  std::chrono::milliseconds interval = std::chrono::seconds(2);       ///< then one each; 0: no pace
  std::chrono::milliseconds goodbye_limit = std::chrono::seconds(2);  ///< from QUIT to the end
  /// For the server to confirm a message, where it offers to; then it counts as sent.
  std::chrono::milliseconds confirmation_limit = std::chrono::seconds(30);

  // What outlives a connection; all of it may be left out.
  std::shared_ptr<flood_memory> floods;
  std::shared_ptr<partial_replies> partials;
  std::shared_ptr<kept_rests> rests;
  std::string more_hint;         ///< how to ask for a rest in a channel
  std::string more_hint_direct;  ///< and in private
};

}  // namespace mynah::irc
