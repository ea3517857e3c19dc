// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mynah/bot.hpp>
#include <mynah/error.hpp>

#include "app/setting_table.hpp"

/// Flags as a bot with one input and one plugin has them.
inline std::vector<mynah::flag_group> example_groups() {
  using mynah::flag;
  using mynah::flag_type;
  std::vector<mynah::flag_group> groups;
  groups.push_back(mynah::cli::program_settings());
  groups.emplace_back(
      "", "the bot itself",
      std::vector<flag>{
          flag("inputs", "inputs to run", flag_type::list),
          flag("prefix", "before a command").fallback("!"),
          flag("command-deadline", "time for one", flag_type::duration).fallback("30s"),
          flag("role", "roles", flag_type::list), flag("grant", "grants", flag_type::list)},
      false);
  groups.emplace_back(
      "irc", "IRC networks",
      std::vector<flag>{flag("server", "host[:port]").required(),
                        flag("tls", "use TLS", flag_type::boolean).fallback("yes"),
                        flag("password", "server password").secret().env("IRC_PASSWORD"),
                        flag("channels", "to join", flag_type::list)},
      true);
  groups.emplace_back("builtins", "", std::vector<flag>{flag("time-zone", "zone").fallback("UTC")},
                      false);
  return groups;
}

inline mynah::cli::setting_table example_table(const std::vector<std::string>& inputs = {}) {
  return {example_groups(), inputs};
}

/// The text of the settings_error that `action` throws, or "no error".
template <class Action>
std::string error_of(Action action) {
  try {
    action();
  } catch (const mynah::settings_error& problem) {
    return problem.what();
  }
  return "no error";
}
