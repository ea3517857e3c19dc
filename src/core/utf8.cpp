// SPDX-License-Identifier: Apache-2.0
#include <mynah/utf8.hpp>

#include <cstdint>
#include <cstring>

namespace mynah {

namespace {

unsigned byte_at(std::string_view text, std::size_t index) noexcept {
  return static_cast<unsigned char>(text[index]);
}

bool continues(std::string_view text, std::size_t index) noexcept {
  return index < text.size() && (byte_at(text, index) & 0xC0U) == 0x80U;
}

// Nearly all there is, for most who write: worth eight bytes at a time.
std::size_t leading_ascii(std::string_view text) noexcept {
  std::size_t length = 0;
  for (std::uint64_t word = 0; length + sizeof word <= text.size(); length += sizeof word) {
    std::memcpy(&word, text.data() + length, sizeof word);
    if ((word & 0x8080808080808080U) != 0) break;
  }
  while (length < text.size() && byte_at(text, length) < 0x80) ++length;
  return length;
}

}  // namespace

std::size_t utf8_length(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const unsigned first = byte_at(text, 0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  if (!continues(text, 1)) return 0;
  if (first < 0xE0) return 2;
  const unsigned second = byte_at(text, 1);
  if (!continues(text, 2)) return 0;
  if (first < 0xF0) {
    // Overlong forms and surrogates.
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F)) return 0;
    return 3;
  }
  if (!continues(text, 3)) return 0;
  if ((first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) return 0;
  return 4;
}

char32_t utf8_code_point(std::string_view text) noexcept {
  const unsigned first = byte_at(text, 0);
  switch (utf8_length(text)) {
    case 2:
      return ((first & 0x1FU) << 6U) | (byte_at(text, 1) & 0x3FU);
    case 3:
      return ((first & 0x0FU) << 12U) | ((byte_at(text, 1) & 0x3FU) << 6U) |
             (byte_at(text, 2) & 0x3FU);
    case 4:
      return ((first & 0x07U) << 18U) | ((byte_at(text, 1) & 0x3FU) << 12U) |
             ((byte_at(text, 2) & 0x3FU) << 6U) | (byte_at(text, 3) & 0x3FU);
    default:
      return first;
  }
}

bool is_utf8(std::string_view text) noexcept {
  text.remove_prefix(leading_ascii(text));
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string repaired_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

std::size_t utf8_border(std::string_view text, std::size_t limit) noexcept {
  if (text.size() <= limit) return text.size();
  // A character has at most three continuation bytes; more of them are no UTF-8.
  std::size_t end = limit;
  for (int back = 0; back < 4; ++back, --end) {
    if (!continues(text, end)) return end;
    if (end == 0) break;
  }
  return limit;
}

std::string utf8_beginning(std::string_view text, std::size_t most) {
  std::string out(text.substr(0, utf8_border(text, most)));
  if (out.size() < text.size()) out += "...";
  return out;
}

}  // namespace mynah
