// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>

namespace mynah::builtins {

/// `2026-11-21 10:03:11`, in UTC.
std::string show(std::chrono::system_clock::time_point moment);

}  // namespace mynah::builtins
