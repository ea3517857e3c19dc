// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace mynah::slack {

/// The moment of a `ts` such as `1700000000.000100`, exact to its digits (six; more are read over).
/// Nothing if it is no such number, or where the clock cannot go.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> time_of(
    std::string_view ts) noexcept;

}  // namespace mynah::slack
