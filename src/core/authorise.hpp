// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/command.hpp>
#include <mynah/principal.hpp>
#include <mynah/settings.hpp>

namespace mynah::core {

/// Yes or no, and why.
class decision {
 public:
  decision(bool allowed, std::string reason) : allowed(allowed), reason(std::move(reason)) {}

  bool allowed;
  std::string reason;
};

/// The gate: principal x permission -> allow or deny. One for every door; deny is the default for
/// whatever changes something.
///
/// Roles name permissions, grants name principals, or groups of them, and their roles; both may
/// hold globs (`*`, `?`), which always fit the whole name: `api.read` is not `api.readwrite`. A
/// grant fits an unverified principal only if it begins with `unverified:`.
///
/// A permission with `-` in front is taken away, whatever other grants say, also of commands that
/// change nothing: `guests=-*` granted to a group keeps it out.
///
/// Thread safety: const members from any thread.
class authoriser {
 public:
  authoriser() = default;
  /// From the bot's settings `role` (name=permission,...), `grant` (principal=role,...) and
  /// `restrict`. Throws `settings_error`, also for a grant of a role that is not defined.
  explicit authoriser(const settings& values);

  /// Throws `settings_error` for a restriction that fits none of these: a misspelt one would leave
  /// open what somebody meant to close.
  void refuse_idle_restrictions(const std::vector<std::string>& permissions,
                                const std::string& source) const;

  [[nodiscard]] decision decide(const principal& who, const command_spec& what) const;
  /// Whether a role of this principal names the permission.
  [[nodiscard]] decision has_permission(const principal& who, std::string_view permission) const;
  [[nodiscard]] std::vector<std::string> roles_of(const principal& who) const;

 private:
  struct grant {
    std::string principal;
    std::vector<std::string> roles;
  };

  [[nodiscard]] bool is_restricted(std::string_view permission) const noexcept;
  [[nodiscard]] decision given(const principal& who, const std::vector<std::string>& keys,
                               std::string_view permission) const;
  /// The grant and the role that take the permission away; nothing if none does.
  [[nodiscard]] std::optional<decision> taken_away(const std::vector<std::string>& keys,
                                                   std::string_view permission) const;

  std::map<std::string, std::vector<std::string>> roles_;
  std::vector<grant> grants_;
  std::vector<std::string> restricted_;
  bool takes_away_ = false;  ///< some role does
};

}  // namespace mynah::core
