// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <mynah/irc.hpp>

#include "running_bot.hpp"

namespace mynah_test {

/// A bot with the IRC input. TLS and pace are off unless given.
class irc_bot : public running_bot {
 public:
  explicit irc_bot(const settings& irc, const std::vector<mynah::command_ptr>& commands = {},
                   const settings& own = {})
      : running_bot(mynah::irc::plugin(), with_defaults(irc), commands, own) {}

 private:
  static settings with_defaults(const settings& given) {
    settings all = {{"tls", "no"}};
    if (!given.contains("pace")) all["interval"] = "0";
    for (const auto& [name, value] : given) all[name] = value;
    return all;
  }
};

}  // namespace mynah_test
