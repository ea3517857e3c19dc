// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>

#include "net/stream.hpp"
#include "session_options.hpp"

namespace mynah::irc {

/// Everything that one connection needs: where to, who we are, how fast.
class connection_options {
 public:
  connection_options(net::connect_options where, session_options who)
      : where(std::move(where)), who(std::move(who)) {}

  net::connect_options where;
  session_options who;
  std::chrono::milliseconds registration_limit = std::chrono::seconds(60);
  int burst = 5;                                                      ///< lines sent at once
  std::chrono::milliseconds interval = std::chrono::seconds(2);       ///< then one each; 0: no pace
  std::chrono::milliseconds goodbye_limit = std::chrono::seconds(2);  ///< from QUIT to the end
};

}  // namespace mynah::irc
