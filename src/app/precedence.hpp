// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>

#include <mynah/settings.hpp>

#include "app/setting_table.hpp"

namespace mynah::cli {

/// One set of values out of several, the strongest first: command line, environment, file. What
/// gives a value replaces all that weaker layers say about it, whether as `x` or as `x-file`; lists
/// are replaced, not joined.
[[nodiscard]] setting_values combined(std::initializer_list<const setting_values*> layers,
                                      const setting_table& table);

}  // namespace mynah::cli
