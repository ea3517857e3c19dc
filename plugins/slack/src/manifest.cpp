// SPDX-License-Identifier: Apache-2.0
#include "manifest.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "characters.hpp"

namespace mynah::slack {

namespace {

using nlohmann::ordered_json;

constexpr std::size_t most_in_name = 35;
constexpr std::size_t most_in_bot_name = 80;
constexpr std::size_t most_in_description = 140;
constexpr std::size_t most_in_assistant = 300;
constexpr std::size_t most_in_shortcut = 24;

constexpr std::array scopes = {
    scope{"app_mentions:read", "to hear that it is mentioned", true},
    scope{"bookmarks:read", "to list the bookmarks of channels", false},
    scope{"bookmarks:write", "to add bookmarks to channels", false},
    scope{"channels:history", "to read messages in public channels", true},
    scope{"channels:join", "to join public channels by itself", false},
    scope{"channels:manage", "to create, archive and name public channels and to invite to them",
          false},
    scope{"channels:read", "to know the names of public channels and who is in them", false},
    scope{"chat:write", "to say anything", true},
    scope{"commands", "to be given slash commands", false},
    scope{"files:read", "to know the files that messages bring", false},
    scope{"files:write", "to send long replies as files", false},
    scope{"groups:history", "to read messages in private channels", false},
    scope{"groups:read", "to know the names of private channels and who is in them", false},
    scope{"groups:write", "to create, archive and name private channels and to invite to them",
          false},
    scope{"im:history", "to read direct messages", true},
    scope{"im:read", "to know its direct conversations", false},
    scope{"im:write", "to begin direct conversations", false},
    scope{"mpim:history", "to read messages in group conversations", false},
    scope{"mpim:read", "to know its group conversations", false},
    scope{"pins:write", "to pin messages", false},
    scope{"reactions:read", "to see reactions", false},
    scope{"reactions:write", "to react to messages", false},
    scope{"usergroups:read", "to know who is in the user groups that grants name", false},
    scope{"users:read", "to know names, guests and bots", false},
};

constexpr std::array bot_events = {
    "app_home_opened",     "app_mention",
    "app_uninstalled",     "channel_left",
    "group_left",          "member_joined_channel",
    "member_left_channel", "message.channels",
    "message.groups",      "message.im",
    "message.mpim",        "reaction_added",
    "reaction_removed",    "subteam_members_changed",
    "subteam_updated",     "tokens_revoked",
    "user_change",
};

std::string one_line(std::string_view words, std::size_t most) {
  std::string text = sanitised(repaired_utf8(words));
  std::replace(text.begin(), text.end(), '\n', ' ');
  return shortened(text, most);
}

ordered_json shortcut_of(const manifest_shortcut& chosen) {
  std::string shown = one_line(chosen.command, most_in_shortcut);
  return {{"name", std::move(shown)},
          {"type", chosen.is_for_messages ? "message" : "global"},
          {"callback_id", chosen.command},
          {"description", chosen.is_for_messages ? "Runs the command with what the message says"
                                                 : "Runs the command"}};
}

ordered_json features(const manifest_options& options) {
  ordered_json command = {{"command", options.command},
                          {"description", "Runs a command of the bot"},
                          {"usage_hint", "help"},
                          // Else names of users and channels come without their ids.
                          {"should_escape", true}};
  if (!options.request_url.empty()) command["url"] = options.request_url;
  ordered_json commands = ordered_json::array();
  commands.push_back(std::move(command));
  ordered_json made = {
      {"app_home",
       {{"home_tab_enabled", true},
        {"messages_tab_enabled", true},
        {"messages_tab_read_only_enabled", false}}},
      {"bot_user",
       {{"display_name", one_line(options.name, most_in_bot_name)}, {"always_online", true}}}};
  if (!options.assistant.empty()) {
    made["assistant_view"] = {
        {"assistant_description", one_line(options.assistant, most_in_assistant)}};
  }
  if (!options.shortcuts.empty()) {
    ordered_json shortcuts = ordered_json::array();
    for (const manifest_shortcut& each : options.shortcuts) shortcuts.push_back(shortcut_of(each));
    made["shortcuts"] = std::move(shortcuts);
  }
  made["slash_commands"] = std::move(commands);
  return made;
}

ordered_json settings(const manifest_options& options) {
  const bool by_http = !options.request_url.empty();
  ordered_json events = ordered_json::object();
  ordered_json interactivity = {{"is_enabled", true}};
  if (by_http) {
    events["request_url"] = options.request_url;
    interactivity["request_url"] = options.request_url;
  }
  ordered_json heard = bot_events;
  if (!options.assistant.empty()) heard.insert(heard.begin(), "assistant_thread_started");
  events["bot_events"] = std::move(heard);
  return {{"event_subscriptions", std::move(events)},
          {"interactivity", std::move(interactivity)},
          {"org_deploy_enabled", false},
          {"socket_mode_enabled", !by_http},
          {"token_rotation_enabled", false}};
}

}  // namespace

std::span<const scope> required_scopes() noexcept {
  return scopes;
}

std::vector<scope> missing_scopes(std::string_view granted) {
  std::vector<std::string_view> names;
  while (!granted.empty()) {
    const std::size_t end = std::min(granted.find_first_of(", "), granted.size());
    if (end > 0) names.push_back(granted.substr(0, end));
    granted.remove_prefix(std::min(end + 1, granted.size()));
  }
  std::vector<scope> missing;
  for (const scope& each : scopes) {
    if (std::find(names.begin(), names.end(), each.name) == names.end()) missing.push_back(each);
  }
  return missing;
}

nlohmann::ordered_json manifest(const manifest_options& options) {
  ordered_json names = ordered_json::array();
  for (const scope& each : scopes) {
    const bool is_place = !options.assistant.empty() && each.name == "bookmarks:read";
    if (is_place) names.push_back("assistant:write");
    names.push_back(each.name);
  }
  ordered_json display = {{"name", one_line(options.name, most_in_name)}};
  if (!options.description.empty()) {
    display["description"] = one_line(options.description, most_in_description);
  }
  return {{"display_information", std::move(display)},
          {"features", features(options)},
          {"oauth_config", {{"scopes", {{"bot", std::move(names)}}}}},
          {"settings", settings(options)}};
}

}  // namespace mynah::slack
