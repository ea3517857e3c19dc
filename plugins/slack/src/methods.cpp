// SPDX-License-Identifier: Apache-2.0
#include "methods.hpp"

#include <algorithm>
#include <array>

namespace mynah::slack {

namespace {

// Slack's tiers, as calls in a minute; short bursts of all of them are let through.
constexpr int tier2 = 20;
constexpr int tier3 = 50;
constexpr int tier4 = 100;
constexpr int special = 300;

constexpr bool json = true;
constexpr bool form = false;
constexpr bool again = true;
constexpr bool once = false;

// Sorted by name.
constexpr std::array methods = {
    method("apps.connections.open", json, tier3, 10, again),
    method("assistant.threads.setStatus", json, tier4, 20, again),
    method("assistant.threads.setSuggestedPrompts", json, tier4, 20, again),
    method("assistant.threads.setTitle", json, tier4, 20, again),
    method("auth.test", json, special, 20, again),
    method("bookmarks.add", json, tier2, 10, once),
    method("bookmarks.list", json, tier3, 10, again),
    method("bookmarks.remove", json, tier2, 10, again),
    method("chat.appendStream", json, tier4, 20, once),
    method("chat.delete", json, tier3, 10, again),
    method("chat.postEphemeral", json, tier4, 20, once),
    method("chat.postMessage", json, 60, 4, once, limited_by::channel),
    method("chat.startStream", json, tier2, 10, once),
    method("chat.stopStream", json, tier2, 10, once),
    method("chat.update", json, tier3, 10, again),
    method("conversations.archive", json, tier2, 10, again),
    method("conversations.create", json, tier2, 10, once),
    method("conversations.history", json, tier3, 10, again),
    method("conversations.info", form, tier3, 10, again),
    method("conversations.invite", json, tier3, 10, again),
    method("conversations.join", json, tier3, 10, again),
    method("conversations.kick", json, tier3, 10, again),
    method("conversations.leave", json, tier3, 10, again),
    method("conversations.list", form, tier2, 10, again),
    method("conversations.members", form, tier4, 20, again),
    method("conversations.open", json, tier3, 10, again),
    method("conversations.rename", json, tier2, 10, again),
    method("conversations.replies", form, tier3, 10, again),
    method("conversations.setPurpose", json, tier2, 10, again),
    method("conversations.setTopic", json, tier2, 10, again),
    method("conversations.unarchive", json, tier2, 10, again),
    method("files.completeUploadExternal", json, tier4, 20, once),
    method("files.getUploadURLExternal", form, tier4, 20, again),
    method("pins.add", json, tier2, 10, again),
    method("pins.list", form, tier2, 10, again),
    method("pins.remove", json, tier2, 10, again),
    method("reactions.add", json, tier3, 10, again),
    method("reactions.remove", json, tier2, 10, again),
    method("usergroups.list", form, tier2, 10, again),
    method("users.info", form, tier4, 20, again),
    method("views.open", json, tier4, 20, once),
    method("views.publish", json, tier4, 20, again),
    method("views.update", json, tier4, 20, again),
};

constexpr bool before(const method& a, std::string_view b) noexcept {
  return a.name < b;
}

static_assert(std::is_sorted(methods.begin(), methods.end(),
                             [](const method& a, const method& b) { return a.name < b.name; }));

}  // namespace

const method* find_method(std::string_view name) noexcept {
  const auto found = std::lower_bound(methods.begin(), methods.end(), name, before);
  return found != methods.end() && found->name == name ? found : nullptr;
}

}  // namespace mynah::slack
