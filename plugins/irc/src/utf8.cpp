// SPDX-License-Identifier: Apache-2.0
#include "utf8.hpp"

namespace mynah::irc {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

bool continues(std::string_view text, std::size_t index) noexcept {
  return index < text.size() && (static_cast<unsigned char>(text[index]) & 0xC0U) == 0x80U;
}

}  // namespace

std::string decoded(std::string_view bytes) {
  if (is_utf8(bytes)) return std::string(bytes);
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else if (byte < 0xA0) {
      out += replacement;
    } else {
      out += static_cast<char>(0xC0U | (byte >> 6U));
      out += static_cast<char>(0x80U | (byte & 0x3FU));
    }
  }
  return out;
}

std::size_t utf8_border(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text.size();
  // A character has at most three continuation bytes; more of them are no UTF-8.
  std::size_t end = limit;
  for (int back = 0; back < 4 && end > 0; ++back, --end) {
    if (!continues(text, end)) return end;
  }
  return limit;
}

}  // namespace mynah::irc
