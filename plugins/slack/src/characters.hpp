// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mynah::slack {

/// Code points of a UTF-8 text, which is what Slack's limits count.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

/// Bytes of the character at the start of `text` as people see it: a code point with what combines
/// with it, emoji with their modifiers and those joined to them, two regional indicators, CR LF.
/// Zero only for an empty text. A run of combining characters longer than 32 code points is cut.
[[nodiscard]] std::size_t visible_character(std::string_view text) noexcept;

/// `text` if it has at most `most` code points; else what fits of it, cut between characters as
/// people see them, and `…`.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t most);

/// `words` as the text of a `plain_text` object: in one line, without control characters, escaped,
/// at most `most` (at least 8) code points when escaped. May be blank, which Slack refuses.
[[nodiscard]] std::string plain_line(std::string_view words, std::size_t most);

}  // namespace mynah::slack
