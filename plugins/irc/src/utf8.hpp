// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace mynah::irc {

[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;

/// What somebody wrote, as UTF-8. Text that is not UTF-8 as a whole is read as Latin-1, which is
/// what old clients send; bytes that are no printable Latin-1 (0x80 to 0x9F) become U+FFFD.
[[nodiscard]] std::string decoded(std::string_view bytes);

/// UTF-8 made of what should be UTF-8: each wrong byte becomes U+FFFD.
[[nodiscard]] std::string repaired(std::string_view text);

/// The largest length up to `limit` at which `text` can be cut between two characters. For bytes
/// that are not UTF-8, `limit` itself.
[[nodiscard]] std::size_t utf8_border(std::string_view text, std::size_t limit) noexcept;

/// Length of the valid UTF-8 sequence at the start of `text`, 0 if there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// The code point at the start of `text`, which must be valid there.
[[nodiscard]] char32_t code_point(std::string_view text) noexcept;

}  // namespace mynah::irc
