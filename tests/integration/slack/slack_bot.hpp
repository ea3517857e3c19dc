// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/command.hpp>
#include <mynah/context.hpp>
#include <mynah/slack.hpp>

#include "emulator.hpp"
#include "running_bot.hpp"

namespace mynah_test {

/// A workspace with an app, and the settings of a bot in it.
class slack_place {
 public:
  explicit slack_place(slack::options how = slack::options(),
                       const slack::new_app& app = slack::new_app())
      : slack(std::move(how)), world(slack, app) {}

  /// For Socket Mode.
  [[nodiscard]] running_bot::settings settings() const {
    return {{"bot-token", world.bot.bot_token},
            {"app-token", world.app.app_token},
            {"api-url", slack.api_url()},
            {"ca-file", slack.ca_file()}};
  }
  /// What the bot has said in the channel, as text.
  [[nodiscard]] std::vector<std::string> answers(const std::string& channel) const {
    std::vector<std::string> texts;
    for (const auto& each : slack.posted(channel)) texts.push_back(each.value("text", ""));
    return texts;
  }
  /// Waits until the bot has said so much in #general.
  [[nodiscard]] bool has_said(std::size_t count) {
    return slack.wait_until([this, count] { return slack.posted_count(world.general) >= count; });
  }

  slack::emulator slack;
  slack::small_world world;
};

/// A bot with the Slack input.
class slack_bot : public running_bot {
 public:
  explicit slack_bot(const settings& slack, const std::vector<mynah::command_ptr>& commands = {},
                     const settings& own = {},
                     const std::vector<std::shared_ptr<mynah::stream>>& streams = {},
                     const std::vector<const mynah::plugin_info*>& besides = {})
      : running_bot(mynah::slack::plugin(), slack, commands, own, streams, besides) {}

  void wait_until_online(std::size_t times = 1) { wait_for_log("slack: online", times); }

  /// Moves the bot's time on in steps until the condition holds; false if it does not, after many.
  template <class Condition>
  [[nodiscard]] bool forward_until(const slack_place& at, std::chrono::milliseconds step,
                                   Condition holds) {
    for (int i = 0; i < 400; ++i) {
      if (at.slack.wait_until(holds, std::chrono::milliseconds(25))) return true;
      forward(step);
    }
    return false;
  }
};

/// A command that notes who runs it, and with what, and answers "noted <text>".
class noted_command {
 public:
  explicit noted_command(std::string name = "note") : name_(std::move(name)) {}

  [[nodiscard]] mynah::command_ptr make(bool changes = false) {
    mynah::command_spec spec(name_, "Notes who asks");
    spec.parameter(mynah::parameter::string("text")).quick();
    if (changes) spec.changes();
    auto run = [this](mynah::context& ctx) -> std::string {
      const std::lock_guard lock(mutex_);
      const std::string text(ctx.args().string("text"));
      runs_.emplace_back(ctx.principal().key(), text);
      return "noted " + text;
    };
    return mynah::make_command(std::move(spec), std::move(run));
  }

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> runs() const {
    const std::lock_guard lock(mutex_);
    return runs_;
  }
  [[nodiscard]] std::size_t count(std::string_view text) const {
    const std::lock_guard lock(mutex_);
    std::size_t found = 0;
    for (const auto& each : runs_) found += each.second == text ? 1 : 0;
    return found;
  }

 private:
  std::string name_;
  mutable std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> runs_;
};

}  // namespace mynah_test
