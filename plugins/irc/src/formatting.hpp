// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mynah::irc {

/// Text without the codes for bold, colour and the like, and without other control characters; a
/// tab becomes a blank.
[[nodiscard]] std::string without_formatting(std::string_view text);

}  // namespace mynah::irc
