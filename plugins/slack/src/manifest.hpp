// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace mynah::slack {

/// A scope of the bot token, and what stops working without it.
struct scope {
  std::string_view name;
  std::string_view reason;  ///< "to read messages in public channels"
  bool is_essential;        ///< without it the bot is of no use
};

/// All scopes that every manifest asks for, sorted by name.
[[nodiscard]] std::span<const scope> required_scopes() noexcept;

/// Those of them that `granted` lacks, a list such as the field `x-oauth-scopes` holds
/// (`chat:write,commands`).
[[nodiscard]] std::vector<scope> missing_scopes(std::string_view granted);

/// An entry in Slack's menus that runs a command.
class manifest_shortcut {
 public:
  manifest_shortcut(std::string command, bool is_for_messages)
      : command(std::move(command)), is_for_messages(is_for_messages) {}

  std::string command;   ///< its name, the `callback_id`
  bool is_for_messages;  ///< in the menu of each message; else in the one of all shortcuts
};

/// What the manifest is made of.
class manifest_options {
 public:
  manifest_options() = default;

  std::string name = "mynah";  ///< of the app and of its user; cut at 35 characters
  std::string description;     ///< cut at 140 characters
  std::string command = "/mynah";
  /// Where Slack posts to in HTTP mode, e.g. `https://bot.example/slack`; empty for Socket Mode.
  std::string request_url;
  /// What the app helps with, if it is to be an assistant, with threads of its own; empty: it is
  /// none. Cut at 300 characters.
  std::string assistant;
  std::vector<manifest_shortcut> shortcuts;
};

/// The app manifest, for "Create an app from a manifest" on api.slack.com.
[[nodiscard]] nlohmann::ordered_json manifest(const manifest_options& options);

}  // namespace mynah::slack
