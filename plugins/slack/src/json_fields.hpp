// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <nlohmann/json.hpp>

namespace mynah::slack {

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
