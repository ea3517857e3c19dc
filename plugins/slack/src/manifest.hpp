// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace mynah::slack {

/// A scope of the bot token, and what stops working without it.
struct scope {
  std::string_view name;
  std::string_view reason;  ///< "to read messages in public channels"
  bool is_essential;        ///< without it the bot is of no use
};

/// All scopes that the manifest asks for, sorted by name.
[[nodiscard]] std::span<const scope> required_scopes() noexcept;

/// Those of them that `granted` lacks, a list such as the field `x-oauth-scopes` holds
/// (`chat:write,commands`).
[[nodiscard]] std::vector<scope> missing_scopes(std::string_view granted);

/// What the manifest is made of.
class manifest_options {
 public:
  manifest_options() = default;

  std::string name = "mynah";  ///< of the app and of its user; cut at 35 characters
  std::string description;     ///< cut at 140 characters
  std::string command = "/mynah";
  /// Where Slack posts to in HTTP mode, e.g. `https://bot.example/slack`; empty for Socket Mode.
  std::string request_url;
};

/// The app manifest, for "Create an app from a manifest" on api.slack.com.
[[nodiscard]] nlohmann::ordered_json manifest(const manifest_options& options);

}  // namespace mynah::slack
