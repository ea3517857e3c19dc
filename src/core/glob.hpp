// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace mynah::core {

/// Whether `pattern` fits the whole of `text`: `*` stands for any run of characters, `?` for one;
/// everything else, case included, for itself. Linear in the text for each `*`.
bool glob_matches(std::string_view pattern, std::string_view text) noexcept;

}  // namespace mynah::core
