// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace mynah::slack {

/// What Slack never nests deeper; deeper text is not read, as copying and printing it would need as
/// much stack.
inline constexpr std::size_t most_nested = 200;

/// Reads JSON (RFC 8259) that came from outside; nothing if it is none, holds bytes that are no
/// UTF-8, or is nested deeper than `most_nested`. Of fields of one name the last counts. Never
/// throws for what the text is.
[[nodiscard]] std::optional<nlohmann::json> parse_json(std::string_view text);

/// As text in one line; bytes that are no UTF-8 become U+FFFD instead of an exception.
[[nodiscard]] std::string dump_json(const nlohmann::json& value);

}  // namespace mynah::slack
