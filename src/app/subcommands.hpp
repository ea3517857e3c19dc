// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mynah/subcommand.hpp>

namespace mynah::cli {

/// The subcommand that the first two words name; null if the first word is a flag, there is none,
/// or no plugin of that name has subcommands. Throws `settings_error` if the plugin has no such
/// one.
[[nodiscard]] const subcommand* chosen_subcommand(const std::vector<std::string>& arguments,
                                                  const std::vector<subcommand>& known);

}  // namespace mynah::cli
