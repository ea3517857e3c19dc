// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/store.hpp>

namespace mynah::core {

/// Waits, for a short while, until the store has done with everything submitted so far, and holds
/// nothing of it any more. False if it takes longer.
bool settle_down(store& busy);

}  // namespace mynah::core
