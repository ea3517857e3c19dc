// SPDX-License-Identifier: Apache-2.0
#include "core/authorise.hpp"

#include <algorithm>
#include <set>

#include <mynah/error.hpp>

#include "core/glob.hpp"
#include "core/nearest.hpp"
#include "core/values.hpp"

namespace mynah::core {

namespace {

constexpr std::string_view unverified = "unverified:";

// The speaker, then the groups.
std::vector<std::string> keys_of(const principal& who) {
  std::vector<std::string> keys = who.group_keys();
  keys.insert(keys.begin(), who.key());
  return keys;
}

bool fits(std::string_view pattern, const std::vector<std::string>& keys) {
  return std::any_of(keys.begin(), keys.end(),
                     [pattern](const std::string& key) { return glob_matches(pattern, key); });
}

// "name=a,b": one assignment each, or, as lists split at commas, a part without "=" continues the
// one before it.
template <class Assign>
void assignments(const settings& values, std::string_view flag, const std::string& form,
                 Assign assign) {
  std::string name;
  for (const std::string& part : values.list(flag)) {
    // A principal may hold "=", so the last one counts.
    const std::size_t equals = part.rfind('=');
    std::string_view value = part;
    if (equals != std::string::npos) {
      name = std::string(trimmed(std::string_view(part).substr(0, equals)));
      value = std::string_view(part).substr(equals + 1);
    }
    if (name.empty()) {
      throw settings_error("--" + std::string(flag) + " (" + values.source(flag) + "): '" + part +
                           "' is not of the form " + form);
    }
    assign(name, std::string(trimmed(value)));
  }
}

}  // namespace

authoriser::authoriser(const settings& values) : restricted_(values.list("restrict")) {
  assignments(values, "role", "<role>=<command>[,<command>...]",
              [this](const std::string& name, std::string permission) {
                std::vector<std::string>& permissions = roles_[name];
                if (permission.empty()) return;
                takes_away_ = takes_away_ || permission.front() == '-';
                permissions.push_back(std::move(permission));
              });
  assignments(values, "grant", "<principal>=<role>[,<role>...]",
              [this, &values](const std::string& who, std::string role) {
                if (role.empty()) return;
                if (roles_.count(role) == 0) {
                  std::string known;
                  for (const auto& each : roles_) {
                    known += (known.empty() ? "" : ", ") + each.first;
                  }
                  throw settings_error(
                      "--grant (" + values.source("grant") + "): '" + who +
                      "' is given the role '" + role +
                      "', which is not defined; roles: " + (known.empty() ? "none" : known));
                }
                if (who.find('/') == std::string::npos && who.find('*') == std::string::npos) {
                  throw settings_error("--grant (" + values.source("grant") + "): '" + who +
                                       "' is no principal; expected <input>/<id>, such as "
                                       "irc:libera/alice or console/root");
                }
                for (grant& each : grants_) {
                  if (each.principal == who) {
                    each.roles.push_back(std::move(role));
                    return;
                  }
                }
                grant made;
                made.principal = who;
                made.roles.push_back(std::move(role));
                grants_.push_back(std::move(made));
              });
}

bool authoriser::is_restricted(std::string_view permission) const noexcept {
  return std::any_of(
      restricted_.begin(), restricted_.end(),
      [permission](const std::string& pattern) { return glob_matches(pattern, permission); });
}

void authoriser::refuse_idle_restrictions(const std::vector<std::string>& permissions,
                                          const std::string& source) const {
  for (const std::string& pattern : restricted_) {
    const bool fits =
        std::any_of(permissions.begin(), permissions.end(),
                    [&pattern](const std::string& each) { return glob_matches(pattern, each); });
    if (fits) continue;
    const std::vector<std::string> near = nearest(pattern, permissions, 1);
    throw settings_error("--restrict (" + source + "): '" + pattern +
                         "' fits no command or permission" +
                         (near.empty() ? "" : "; did you mean '" + near.front() + "'?"));
  }
}

decision authoriser::decide(const principal& who, const command_spec& what) const {
  const bool restricted = (what.is_restricted && what.effect == effects::none) ||
                          (!restricted_.empty() && is_restricted(what.required_permission));
  if (what.effect == effects::none && !restricted) {
    if (takes_away_) {
      if (auto taken = taken_away(keys_of(who), what.required_permission)) return *taken;
    }
    return {true, "changes nothing"};
  }
  const std::vector<std::string> keys = keys_of(who);
  if (auto taken = taken_away(keys, what.required_permission)) return *taken;
  decision found = given(who, keys, what.required_permission);
  if (!found.allowed) {
    found.reason = what.name + (restricted ? " is restricted" : " changes something") +
                   ", and no grant gives '" + what.required_permission + "' to " + who.key();
    if (!who.verified()) found.reason += " (an identity the network does not vouch for)";
  }
  return found;
}

decision authoriser::has_permission(const principal& who, std::string_view permission) const {
  const std::vector<std::string> keys = keys_of(who);
  if (auto taken = taken_away(keys, permission)) return *taken;
  return given(who, keys, permission);
}

decision authoriser::given(const principal& who, const std::vector<std::string>& keys,
                           std::string_view permission) const {
  if (!who.id.empty()) {
    for (const grant& each : grants_) {
      // A pattern such as "*" must not reach over to those nobody vouches for.
      if (!who.verified() && !each.principal.starts_with(unverified)) continue;
      if (!fits(each.principal, keys)) continue;
      for (const std::string& role : each.roles) {
        for (const std::string& pattern : roles_.at(role)) {
          if (glob_matches(pattern, permission)) {
            return {true, "role " + role + " granted to " + each.principal};
          }
        }
      }
    }
  }
  return {false, "no grant gives '" + std::string(permission) + "' to " + who.key()};
}

// Here a pattern such as "*" means everybody: it takes nothing from anybody to be strict.
std::optional<decision> authoriser::taken_away(const std::vector<std::string>& keys,
                                               std::string_view permission) const {
  if (!takes_away_) return std::nullopt;
  for (const grant& each : grants_) {
    if (!fits(each.principal, keys)) continue;
    for (const std::string& role : each.roles) {
      for (const std::string_view pattern : roles_.at(role)) {
        if (!pattern.starts_with('-') || !glob_matches(pattern.substr(1), permission)) continue;
        return decision(false, "role " + role + " of " + each.principal + " takes '" +
                                   std::string(permission) + "' away from " + keys.front());
      }
    }
  }
  return std::nullopt;
}

std::vector<std::string> authoriser::roles_of(const principal& who) const {
  std::set<std::string> names;
  const std::vector<std::string> keys = keys_of(who);
  for (const grant& each : grants_) {
    if (!who.verified() && !each.principal.starts_with(unverified)) continue;
    if (fits(each.principal, keys)) names.insert(each.roles.begin(), each.roles.end());
  }
  return {names.begin(), names.end()};
}

}  // namespace mynah::core
