// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mynah/utf8.hpp>

namespace mynah::irc {

/// What somebody wrote, as UTF-8. Text that is not UTF-8 as a whole is read as Latin-1, which is
/// what old clients send; bytes that are no printable Latin-1 (0x80 to 0x9F) become U+FFFD.
[[nodiscard]] std::string decoded(std::string_view bytes);

}  // namespace mynah::irc
