// SPDX-License-Identifier: Apache-2.0
#include "formatting.hpp"

#include <algorithm>

namespace mynah::irc {

namespace {

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool is_hex(char c) noexcept {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

// Length of up to `most` characters of one kind, or of exactly that many with `all`.
template <class Kind>
std::size_t run_of(std::string_view text, std::size_t most, bool all, Kind kind) noexcept {
  std::size_t length = 0;
  while (length < most && length < text.size() && kind(text[length])) ++length;
  return all && length < most ? 0 : length;
}

// Length of what follows a colour code: one colour, or two with a comma.
template <class Kind>
std::size_t colours(std::string_view text, std::size_t digits, bool all, Kind kind) noexcept {
  const std::size_t first = run_of(text, digits, all, kind);
  if (first == 0 || first >= text.size() || text[first] != ',') return first;
  const std::size_t second = run_of(text.substr(first + 1), digits, all, kind);
  return second == 0 ? first : first + 1 + second;
}

}  // namespace

std::string without_formatting(std::string_view text) {
  const bool plain = std::none_of(text.begin(), text.end(), is_control);
  if (plain) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == 0x03) {
      i += colours(text.substr(i + 1), 2, false, is_digit);
    } else if (byte == 0x04) {
      i += colours(text.substr(i + 1), 6, true, is_hex);
    } else if (byte == '\t') {
      out += ' ';
    } else if (!is_control(text[i])) {
      out += text[i];
    }
  }
  return out;
}

}  // namespace mynah::irc
