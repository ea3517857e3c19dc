// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/plugin.hpp>

namespace mynah::console {

/// The input `console`: the terminal or pipe that the program was started with.
const plugin_info& plugin();

}  // namespace mynah::console
