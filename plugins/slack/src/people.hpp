// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "web_api.hpp"

namespace mynah::slack {

/// What of a user the bot's grants can name.
class person {
 public:
  person() = default;

  std::string name;       ///< for people to read: the display name, else the name
  bool is_guest = false;  ///< single- or multi-channel guest
  bool is_known = false;  ///< Slack told; else all the others are the worst case
};

/// Who is a guest, who is from elsewhere, and who is in which user group: asked of Slack, kept for
/// some time, and asked again when Slack says that it changed.
///
/// The groups of a principal (`principal::groups`) are `guest`, `external` (of another
/// organisation) and `usergroup/S0123`. What Slack does not tell counts as the worse: who may be a
/// guest is one, and who may be in a user group is not.
///
/// Executor and thread safety: on the bot's strand.
class people : public std::enable_shared_from_this<people> {
 public:
  /// `scopes`: what the token may do. Without `users:read` nobody is asked for, without
  /// `usergroups:read` there are no groups.
  people(std::shared_ptr<mynah::clock> clock, logger log, std::shared_ptr<web_api> api,
         std::string token, std::string_view scopes);

  /// What is known of a user who is not external; nothing if that must be asked for first.
  [[nodiscard]] const person* find(const std::string& user) const;
  /// Asks Slack, for at most `limit`; then the worst case counts for a short while.
  [[nodiscard]] task<void> ask(std::string user, std::chrono::milliseconds limit);
  /// Everything that grants may name.
  [[nodiscard]] std::vector<std::string> groups_of(const std::string& user, bool is_external) const;

  /// Asks for the members of all user groups. If that fails, those that are known count for at most
  /// `group_life`, then nobody is in any.
  [[nodiscard]] task<void> refresh_groups();
  /// When the next refresh is due.
  [[nodiscard]] mynah::clock::time_point groups_due() const noexcept { return groups_due_; }

  void user_changed(const std::string& user);
  void group_changed() { groups_due_ = clock_->now(); }

  static constexpr std::chrono::minutes user_life{10};
  static constexpr std::chrono::minutes group_refresh{5};
  static constexpr std::chrono::minutes group_life{15};

 private:
  class entry {
   public:
    person who;
    mynah::clock::time_point until{};
  };

  void keep(const std::string& user, person who, std::chrono::milliseconds time);

  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  std::shared_ptr<web_api> api_;
  std::string token_;
  bool asks_users_;
  bool asks_groups_;
  std::unordered_map<std::string, entry> users_;
  std::unordered_map<std::string, std::vector<std::string>> groups_;  ///< by user
  std::optional<mynah::clock::time_point> groups_from_;
  mynah::clock::time_point groups_due_{};
};

}  // namespace mynah::slack
