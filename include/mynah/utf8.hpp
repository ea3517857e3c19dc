// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mynah {

/// Length in bytes of the well-formed UTF-8 character at the start of `text` (RFC 3629: no overlong
/// forms, no surrogates, nothing past U+10FFFF), or 0 if there is none.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

/// The code point at the start of `text`, which must be well-formed there.
[[nodiscard]] char32_t utf8_code_point(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// `text` with U+FFFD for each byte that belongs to no well-formed character.
[[nodiscard]] std::string repaired_utf8(std::string_view text);

/// The largest length up to `limit` at which `text` can be cut between two characters. For bytes
/// that are not UTF-8, `limit` itself.
[[nodiscard]] std::size_t utf8_border(std::string_view text, std::size_t limit) noexcept;

/// `text` if it is not longer than `most` bytes; else the characters at its start that fit into
/// them, and `...`.
[[nodiscard]] std::string utf8_beginning(std::string_view text, std::size_t most);

}  // namespace mynah
