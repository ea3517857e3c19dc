// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace mynah {

/// Reads a point in time as people write it: a time ago that `parse_duration` reads (`2h` is that
/// long before `now`), or a date and perhaps a time in UTC: `2026-11-21`, `2026-11-21T10:03`,
/// `2026-11-21T10:03:11`, with or without a `Z` at the end. Nothing for anything else, days that do
/// not exist included. What lies before 1700 or after 2261, where the clock cannot go, is its
/// first or last moment.
std::optional<std::chrono::system_clock::time_point> parse_moment(
    std::string_view text, std::chrono::system_clock::time_point now);

}  // namespace mynah
