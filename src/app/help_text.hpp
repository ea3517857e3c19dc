// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mynah/bot.hpp>

namespace mynah::cli {

/// What `--help` prints: every flag of everything linked, by plugin, with its environment variables
/// and default.
[[nodiscard]] std::string help_text(const std::string& program, const std::string& title,
                                    const std::vector<flag_group>& groups,
                                    const std::string& default_inputs,
                                    const std::vector<subcommand>& subcommands);

}  // namespace mynah::cli
