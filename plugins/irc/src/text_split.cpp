// SPDX-License-Identifier: Apache-2.0
#include "text_split.hpp"

#include <algorithm>

#include <mynah/utf8.hpp>

namespace mynah::irc {

namespace {

constexpr char32_t zero_width_joiner = 0x200D;

// Marks that belong to the character before them: combining marks, variation selectors, skin tones,
// the tags of regional flags, and the joiner itself. Not the whole of Unicode, but what chats are
// made of.
bool joins_previous(char32_t c) noexcept {
  return (c >= 0x0300 && c <= 0x036F) || (c >= 0x1AB0 && c <= 0x1AFF) ||
         (c >= 0x1DC0 && c <= 0x1DFF) || (c >= 0x20D0 && c <= 0x20FF) ||
         (c >= 0xFE00 && c <= 0xFE0F) || (c >= 0xFE20 && c <= 0xFE2F) ||
         (c >= 0x1F3FB && c <= 0x1F3FF) || (c >= 0xE0020 && c <= 0xE007F) || c == zero_width_joiner;
}

// Two of them make a flag.
bool is_regional_indicator(char32_t c) noexcept {
  return c >= 0x1F1E6 && c <= 0x1F1FF;
}

std::size_t previous_character(std::string_view text, std::size_t position) noexcept {
  do {
    --position;
  } while (position > 0 && (static_cast<unsigned char>(text[position]) & 0xC0U) == 0x80U);
  return position;
}

// Whether a cut there would part two halves of a flag.
bool within_flag(std::string_view text, std::size_t position) noexcept {
  if (!is_regional_indicator(utf8_code_point(text.substr(position)))) return false;
  // Bounded, because a text may consist of flags only.
  std::size_t before = 0;
  for (int steps = 0; steps < 256 && position > 0; ++steps) {
    position = previous_character(text, position);
    if (!is_regional_indicator(utf8_code_point(text.substr(position)))) break;
    ++before;
  }
  return before % 2 == 1;
}

}  // namespace

std::size_t piece_length(std::string_view text, std::size_t room) noexcept {
  if (text.size() <= room) return text.size();
  const std::size_t hard = std::max<std::size_t>(utf8_border(text, room), 1);
  const std::size_t blank = text.substr(0, hard).rfind(' ');
  if (blank != std::string_view::npos && blank >= room / 2) return blank + 1;

  // Bounded, because a text may consist of combining marks only.
  std::size_t soft = hard;
  for (int steps = 0; steps < 8 && soft > room / 2; ++steps) {
    const std::size_t before = previous_character(text, soft);
    const bool joined = joins_previous(utf8_code_point(text.substr(soft))) ||
                        utf8_code_point(text.substr(before)) == zero_width_joiner ||
                        within_flag(text, soft);
    if (!joined) return soft;
    soft = before;
  }
  return hard;
}

}  // namespace mynah::irc
