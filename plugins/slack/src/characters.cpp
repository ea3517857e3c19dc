// SPDX-License-Identifier: Apache-2.0
#include "characters.hpp"

#include <algorithm>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "text.hpp"

namespace mynah::slack {

namespace {

// No writing needs more of them; text made to be unreadable has hundreds.
constexpr std::size_t most_combined = 32;
constexpr std::string_view ellipsis = "\xE2\x80\xA6";
constexpr char32_t joiner = 0x200D;

bool is_in(char32_t c, char32_t first, char32_t last) noexcept {
  return c >= first && c <= last;
}

bool is_regional(char32_t c) noexcept {
  return is_in(c, 0x1F1E6, 0x1F1FF);
}

// Combining marks of the scripts in use, variation selectors, skin tones, tags of flags.
bool combines(char32_t c) noexcept {
  if (c < 0x300) return false;
  return is_in(c, 0x0300, 0x036F) || is_in(c, 0x0483, 0x0489) || is_in(c, 0x0591, 0x05BD) ||
         is_in(c, 0x05BF, 0x05C7) || is_in(c, 0x0610, 0x061A) || is_in(c, 0x064B, 0x065F) ||
         c == 0x0670 || is_in(c, 0x06D6, 0x06DC) || is_in(c, 0x06DF, 0x06E8) ||
         is_in(c, 0x0730, 0x074A) || is_in(c, 0x0900, 0x0903) || is_in(c, 0x093A, 0x094F) ||
         is_in(c, 0x0981, 0x0983) || is_in(c, 0x09BC, 0x09CD) || is_in(c, 0x0A01, 0x0A03) ||
         is_in(c, 0x0A3C, 0x0A4D) || is_in(c, 0x0A81, 0x0A83) || is_in(c, 0x0ABC, 0x0ACD) ||
         is_in(c, 0x0BBE, 0x0BCD) || is_in(c, 0x0C3E, 0x0C4D) || is_in(c, 0x0CBC, 0x0CCD) ||
         is_in(c, 0x0D3B, 0x0D4D) || c == 0x0E31 || is_in(c, 0x0E34, 0x0E3A) ||
         is_in(c, 0x0E47, 0x0E4E) || is_in(c, 0x0F71, 0x0F84) || is_in(c, 0x102B, 0x103E) ||
         is_in(c, 0x1AB0, 0x1AFF) || is_in(c, 0x1DC0, 0x1DFF) || c == 0x200C || c == joiner ||
         is_in(c, 0x20D0, 0x20FF) || is_in(c, 0x302A, 0x302F) || is_in(c, 0x3099, 0x309A) ||
         is_in(c, 0xFE00, 0xFE0F) || is_in(c, 0xFE20, 0xFE2F) || is_in(c, 0x1F3FB, 0x1F3FF) ||
         is_in(c, 0xE0020, 0xE007F) || is_in(c, 0xE0100, 0xE01EF) ||
         // Vowels and finals of Hangul written by letters.
         is_in(c, 0x1160, 0x11FF);
}

}  // namespace

std::size_t count_characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

std::size_t visible_character(std::string_view text) noexcept {
  if (text.empty()) return 0;
  if (text.starts_with("\r\n")) return 2;
  std::size_t size = std::max<std::size_t>(utf8_length(text), 1);
  char32_t last = utf8_length(text) == 0 ? 0 : utf8_code_point(text);
  if (last < 0x20) return size;
  bool may_pair = is_regional(last);
  for (std::size_t count = 0; count < most_combined && size < text.size(); ++count) {
    const std::string_view rest = text.substr(size);
    // Most text is ASCII, in which nothing combines.
    if (static_cast<unsigned char>(rest.front()) < 0x80) break;
    const std::size_t length = utf8_length(rest);
    if (length == 0) break;
    const char32_t next = utf8_code_point(rest);
    const bool is_pair = may_pair && is_regional(next);
    // Behind a joiner stands what is joined; it joins pictures, not letters.
    const bool is_joined = last == joiner && next >= 0x2000;
    if (!combines(next) && !is_pair && !is_joined) break;
    may_pair = false;
    size += length;
    last = next;
  }
  return size;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (count_characters(text) <= most) return std::string(text);
  if (most == 0) return {};
  std::size_t size = 0;
  std::size_t count = 0;
  while (size < text.size()) {
    const std::size_t next = visible_character(text.substr(size));
    const std::size_t characters = count_characters(text.substr(size, next));
    if (count + characters > most - 1) break;
    count += characters;
    size += next;
  }
  return std::string(text.substr(0, size)).append(ellipsis);
}

std::string plain_line(std::string_view words, std::size_t most) {
  std::string line = sanitised(repaired_utf8(words));
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::string all = escaped(line);
  if (count_characters(all) <= most) return all;
  std::string out;
  std::size_t count = 0;
  for (std::string_view rest = line; !rest.empty();) {
    const std::size_t size = visible_character(rest);
    const std::string next = escaped(rest.substr(0, size));
    count += count_characters(next);
    if (count + 1 > most) break;
    out += next;
    rest.remove_prefix(size);
  }
  return out.append(ellipsis);
}

}  // namespace mynah::slack
