// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace mynah::core {

/// `yes`, `true`, `on`, `1`, and their opposites, case ignored.
std::optional<bool> parse_boolean(std::string_view text);

/// A whole number in decimal, with an optional sign; nothing if anything else stands there or it
/// does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// A finite decimal number.
std::optional<double> parse_floating(std::string_view text);

/// `text` without blanks at both ends.
std::string_view trimmed(std::string_view text) noexcept;

}  // namespace mynah::core
