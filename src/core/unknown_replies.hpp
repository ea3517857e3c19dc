// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>

#include <mynah/clock.hpp>

namespace mynah::core {

/// Keeps the answer to unknown commands from becoming noise: two bots that do not know each other's
/// answers would otherwise talk for ever. One speaker gets a few such answers a minute, then
/// silence.
///
/// Thread safety: none; used on the bot's strand.
class unknown_replies {
 public:
  /// Whether this speaker may get one more answer now.
  bool may_answer(const std::string& speaker, clock::time_point now);

 private:
  struct window {
    clock::time_point since;
    int answers = 0;
  };

  std::unordered_map<std::string, window> speakers_;
};

}  // namespace mynah::core
