// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace mynah::slack {

/// What Slack never nests deeper; deeper text is not read, as copying and printing it would need as
/// much stack.
inline constexpr std::size_t most_nested = 200;

/// Reads JSON that came from outside; nothing if it is none, holds bytes that are no UTF-8, or is
/// nested deeper than `most_nested`. Never throws for what the text is.
[[nodiscard]] std::optional<nlohmann::json> parse_json(std::string_view text);

/// As text in one line; bytes that are no UTF-8 become U+FFFD instead of an exception.
[[nodiscard]] std::string dump_json(const nlohmann::json& value);

// Reading what may be missing or of another type, as everything from a network may be. Views and
// pointers live as long as `from` is not changed.

/// The field of an object, or null.
[[nodiscard]] const nlohmann::json* field(const nlohmann::json& from, const char* name) noexcept;
[[nodiscard]] nlohmann::json* field(nlohmann::json& from, const char* name) noexcept;
/// The field if it is an object, else an empty one.
[[nodiscard]] const nlohmann::json& object_in(const nlohmann::json& from,
                                              const char* name) noexcept;
/// The field if it is an array, else an empty one.
[[nodiscard]] const nlohmann::json& array_in(const nlohmann::json& from, const char* name) noexcept;
/// The field if it is a string, else an empty view.
[[nodiscard]] std::string_view text_in(const nlohmann::json& from, const char* name) noexcept;
/// The field if it is a whole number that fits, else nothing.
[[nodiscard]] std::optional<std::int64_t> number_in(const nlohmann::json& from,
                                                    const char* name) noexcept;
/// Whether the field is the boolean true.
[[nodiscard]] bool is_true_in(const nlohmann::json& from, const char* name) noexcept;

}  // namespace mynah::slack
