// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>

#include <mynah/event.hpp>

namespace mynah::core {

/// How much may run at one time; zero is no bound.
class admission_limits {
 public:
  std::size_t bot = 256;
  std::size_t per_room = 16;
  std::size_t per_user = 8;
  std::size_t per_command = 16;
};

/// Counts running commands by bot, room, user and command, and says no when one is full, so that no
/// one of them can take all of the bot.
///
/// Thread safety: none; used on the bot's strand.
class admission {
 public:
  /// What a running command holds; given back by `leave`.
  class ticket {
   public:
    std::string room;
    std::string user;
    std::string command;
  };

  explicit admission(admission_limits limits = admission_limits()) : limits_(limits) {}

  /// Takes a place; or tells what is full, for the refusal. `command_limit` replaces the default if
  /// it is not zero.
  std::optional<std::string> enter(const event& said, const std::string& command,
                                   std::size_t command_limit, ticket& taken);
  void leave(const ticket& taken);

  [[nodiscard]] std::size_t running() const noexcept { return running_; }

 private:
  admission_limits limits_;
  std::size_t running_ = 0;
  std::map<std::string, std::size_t> rooms_;
  std::map<std::string, std::size_t> users_;
  std::map<std::string, std::size_t> commands_;
};

}  // namespace mynah::core
