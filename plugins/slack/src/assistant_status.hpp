// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include <mynah/address.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "web_api.hpp"

namespace mynah::slack {

/// "is working on it..." in threads between a user and the bot, where the app is an assistant
/// (assistant.threads.setStatus). Slack takes it away when the bot says something there.
///
/// One call at a time for each thread, so what is shown is what was wanted last. That a status
/// cannot be shown is logged once and harms nothing.
///
/// Executor and thread safety: on the bot's strand.
class assistant_status {
 public:
  assistant_status(logger log, std::shared_ptr<web_api> api, std::string token);

  /// A command begins to work for the thread at `where`, or one works no more. Whether `show` is
  /// to be run for it; never where there is no such thread.
  [[nodiscard]] bool want(const address& where, bool is);
  /// The bot has said something there.
  void said(const address& where);

  /// Shows what is wanted for the thread, until it is shown.
  [[nodiscard]] static task<void> show(std::shared_ptr<assistant_status> self, std::string channel,
                                       std::string thread);

 private:
  class state {
   public:
    [[nodiscard]] bool wanted() const noexcept { return commands != 0; }

    std::size_t commands = 0;  ///< that work there
    bool shown = false;
    bool busy = false;  ///< `show` runs
  };

  task<bool> set(std::string channel, std::string thread, bool is);

  logger log_;
  std::shared_ptr<web_api> api_;
  std::string token_;
  std::map<std::string, state, std::less<>> threads_;
  bool has_failed_ = false;
};

}  // namespace mynah::slack
