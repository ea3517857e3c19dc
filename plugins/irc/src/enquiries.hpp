// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "message.hpp"

namespace mynah::irc {

/// Where one can ask a server. On the bot's strand.
class enquiries {
 public:
  enquiries() = default;
  enquiries(const enquiries&) = delete;
  enquiries& operator=(const enquiries&) = delete;
  virtual ~enquiries() = default;

  /// Sends a line and gives the numerics that came for it; `about` names what is in them.
  ///
  /// Errors: errc::not_sent with the server's words if it refuses, timed_out, closed. Cancellation:
  /// terminal.
  virtual task<result<std::vector<message>>> ask(std::string line,
                                                 std::vector<std::string> about) = 0;
};

}  // namespace mynah::irc
