// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mynah::sasl {

[[nodiscard]] std::string base64_encoded(std::string_view bytes);
/// Nothing unless it is base64 with its padding and nothing else.
[[nodiscard]] std::optional<std::string> base64_decoded(std::string_view text);

}  // namespace mynah::sasl
