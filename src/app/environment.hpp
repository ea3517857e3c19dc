// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include <mynah/settings.hpp>

#include "app/setting_table.hpp"

namespace mynah::cli {

/// Environment variables by name.
using environment = std::map<std::string, std::string>;

/// Those of this process.
[[nodiscard]] environment process_environment();

/// What the variables set. An empty variable counts as not set: that is how unset ones arrive from
/// compose files and shells.
[[nodiscard]] setting_values values_of(const environment& variables, const setting_table& table);

/// The value of one setting, for the few that decide which settings there are.
[[nodiscard]] std::string peek(const environment& variables, const std::string& variable);

/// What looks like a misspelt variable of ours, each as a sentence. Not an error: others put
/// variables with our prefix there too (a Kubernetes service called `mynah` does).
[[nodiscard]] std::vector<std::string> doubtful(const environment& variables,
                                                const setting_table& table);

}  // namespace mynah::cli
