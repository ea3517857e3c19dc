// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#include <string_view>
#include <system_error>

namespace mynah::irc {

/// The number that a command of three digits is; 0 for a word.
[[nodiscard]] inline int numeric_of(std::string_view command) noexcept {
  int value = 0;
  if (command.size() != 3) return 0;
  const auto [end, error] = std::from_chars(command.data(), command.data() + 3, value);
  return error == std::errc() && end == command.data() + 3 ? value : 0;
}

}  // namespace mynah::irc
