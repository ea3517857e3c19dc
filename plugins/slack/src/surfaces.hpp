// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include <mynah/bot_view.hpp>
#include <mynah/event.hpp>
#include <mynah/log.hpp>
#include <mynah/principal.hpp>
#include <mynah/task.hpp>

#include "people.hpp"
#include "web_api.hpp"

namespace mynah::slack {

/// Somebody that something is shown to.
class viewer {
 public:
  viewer(std::string user, mynah::principal who, bool is_external)
      : user(std::move(user)), who(std::move(who)), is_external(is_external) {}

  std::string user;      ///< id
  mynah::principal who;  ///< without the groups
  bool is_external;
};

/// What the bot shows beside messages: the App Home, modals, suggestions in threads with an
/// assistant; and what it takes away again. What Slack refuses is logged, and nothing else.
///
/// Executor and thread safety: on the bot's strand. Object lifetime: the bot must outlive it.
class surfaces {
 public:
  /// `lookup_limit`: how long to wait for who somebody is.
  surfaces(logger log, bot_view& bot, std::shared_ptr<web_api> api, std::shared_ptr<people> people,
           std::string token, std::chrono::milliseconds lookup_limit);

  /// The App Home, with what they may run.
  [[nodiscard]] static task<void> show_home(std::shared_ptr<surfaces> self, viewer to,
                                            std::size_t page);
  /// What they may run, in a new thread with the assistant.
  [[nodiscard]] static task<void> suggest(std::shared_ptr<surfaces> self, viewer to,
                                          std::string channel, std::string thread);
  /// Whether they may run the command, once it is known who they are; as `bot_view::admit`, which
  /// answers `asked` if they may not.
  [[nodiscard]] static task<bool> admits(std::shared_ptr<surfaces> self, viewer by, event asked,
                                         const command& what);
  [[nodiscard]] static task<void> open_modal(std::shared_ptr<surfaces> self, std::string trigger,
                                             nlohmann::json view);
  /// The buttons of a question; `by` says who answered it, and what.
  [[nodiscard]] static task<void> take_buttons_away(std::shared_ptr<surfaces> self,
                                                    std::string channel, std::string ts,
                                                    nlohmann::json blocks, std::string text,
                                                    std::string by);

 private:
  task<void> look_up(viewer& one);
  task<void> call(std::string method, nlohmann::json arguments, log_level level,
                  std::string_view what_failed);

  logger log_;
  bot_view& bot_;
  std::shared_ptr<web_api> api_;
  std::shared_ptr<people> people_;
  std::string token_;
  std::chrono::milliseconds lookup_limit_;
};

}  // namespace mynah::slack
