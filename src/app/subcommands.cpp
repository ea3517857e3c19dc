// SPDX-License-Identifier: Apache-2.0
#include "app/subcommands.hpp"

#include <mynah/error.hpp>

namespace mynah::cli {

const subcommand* chosen_subcommand(const std::vector<std::string>& arguments,
                                    const std::vector<subcommand>& known) {
  if (arguments.empty() || arguments.front().starts_with('-')) return nullptr;
  const std::string& plugin = arguments.front();
  const std::string name = arguments.size() > 1 ? arguments[1] : std::string();
  std::string names;
  for (const subcommand& each : known) {
    if (each.plugin != plugin) continue;
    if (each.name == name) return &each;
    names += (names.empty() ? "" : ", ") + each.name;
  }
  if (names.empty()) return nullptr;
  throw settings_error(plugin + ": expected one of " + names + " behind it" +
                       (name.empty() ? "" : ", not '" + name + "'"));
}

}  // namespace mynah::cli
