// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mynah {

/// Reads `250ms`, `30s`, `5m`, `1h30m`, `2d`; units must fall in size, each at most once. A bare
/// `0` is zero. Nothing for anything else, negative or beyond a hundred years.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Writes what `parse_duration` reads, in the two largest units: `1h30m`, `2d3h`, `45s`, `250ms`.
std::string format_duration(std::chrono::nanoseconds time);

}  // namespace mynah
