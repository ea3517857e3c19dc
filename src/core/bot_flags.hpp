// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <mynah/flag.hpp>

namespace mynah::core {

/// The settings of the bot itself.
std::vector<flag> bot_flags();

}  // namespace mynah::core
