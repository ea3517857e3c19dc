// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::irc {

/// Reads the tag `time` (IRCv3 server-time): `2026-01-31T12:00:00.000Z`, UTC; the fraction may be
/// missing or have any number of digits. Nothing if it is anything else.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_server_time(
    std::string_view text) noexcept;

/// The same text for a time, with milliseconds.
[[nodiscard]] std::string to_server_time(std::chrono::system_clock::time_point time);

}  // namespace mynah::irc
