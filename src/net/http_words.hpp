// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mynah::net {

/// The fields of a header, in their order.
using http_fields = std::vector<std::pair<std::string, std::string>>;

/// Names in HTTP have no case.
[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

/// What methods and the names of fields are made of (RFC 9110, section 5.6.2).
[[nodiscard]] bool is_token(std::string_view text) noexcept;

/// Without what could end the line. (RFC 9110, section 5.5; bytes beyond ASCII are let pass.)
[[nodiscard]] bool is_field_value(std::string_view text) noexcept;

/// The value of the first field of this name, or an empty view.
[[nodiscard]] std::string_view field_of(const http_fields& fields, std::string_view name) noexcept;

}  // namespace mynah::net
