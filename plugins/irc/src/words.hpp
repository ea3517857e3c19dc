// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

namespace mynah::irc {

/// The words of a list, as parameters and values hold them; empty ones are left out.
[[nodiscard]] std::vector<std::string_view> words(std::string_view list, char separator = ' ');

/// Not empty, and without blanks and control characters: it can be a parameter, or part of one.
[[nodiscard]] bool is_one_word(std::string_view text) noexcept;

/// Whether what a server says in words holds one of these, in lower case, whatever its own case.
[[nodiscard]] bool says_one_of(std::string_view text,
                               std::initializer_list<std::string_view> signs);

}  // namespace mynah::irc
