// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace mynah::irc {

/// How many bytes of `text` the next message takes if `room` bytes fit: all if it fits; else up to
/// and including the last blank in the second half of the room; else as many as fit without taking
/// apart a character, or a character and its combining marks. No byte is ever lost: what is not
/// taken is the next message's. Gives at least one byte unless `text` is empty.
[[nodiscard]] std::size_t piece_length(std::string_view text, std::size_t room) noexcept;

}  // namespace mynah::irc
