// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::builtins {

/// `2h` (that long before `now`), `2026-11-21`, `2026-11-21T10:03` or `2026-11-21T10:03:11`, in
/// UTC, with or without `Z`; nothing for anything else.
std::optional<std::chrono::system_clock::time_point> moment_of(
    std::string_view text, std::chrono::system_clock::time_point now);

/// `2026-11-21 10:03:11`, in UTC.
std::string show(std::chrono::system_clock::time_point moment);

}  // namespace mynah::builtins
