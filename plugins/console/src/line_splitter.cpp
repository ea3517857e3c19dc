// SPDX-License-Identifier: Apache-2.0
#include "line_splitter.hpp"

namespace mynah::console {

namespace {

// Length of the well-formed character at the start, or 0.
std::size_t character_length(std::string_view text) noexcept {
  const auto byte = [&text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  const auto follow = [&byte](std::size_t from, std::size_t to) {
    for (std::size_t i = from; i <= to; ++i) {
      if ((byte(i) & 0xc0U) != 0x80U) return false;
    }
    return true;
  };
  const unsigned first = byte(0);
  if (first < 0x80) return first == 0 ? 0 : 1;
  if (first >= 0xc2 && first <= 0xdf) return follow(1, 1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool overlong = first == 0xe0 && byte(1) < 0xa0;
    const bool surrogate = first == 0xed && byte(1) > 0x9f;
    return !overlong && !surrogate && follow(1, 2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool overlong = first == 0xf0 && byte(1) < 0x90;
    const bool too_high = first == 0xf4 && byte(1) > 0x8f;
    return !overlong && !too_high && follow(1, 3) ? 4 : 0;
  }
  return 0;
}

}  // namespace

std::string repaired_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = character_length(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
    } else {
      out += text.substr(0, length);
      text.remove_prefix(length);
    }
  }
  return out;
}

input_line line_splitter::take() {
  const bool too_long = overflowed_;
  overflowed_ = false;
  std::string raw;
  raw.swap(pending_);
  if (too_long) return input_line(std::string(), true);
  if (raw.ends_with('\r')) raw.pop_back();
  return input_line(repaired_utf8(raw));
}

std::vector<input_line> line_splitter::feed(std::string_view bytes) {
  std::vector<input_line> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    const std::string_view part = bytes.substr(0, end);
    // One more than the limit, for the CR of a line that just fits.
    if (overflowed_ || pending_.size() + part.size() > limit_ + 1) {
      overflowed_ = true;
      pending_.clear();
    } else {
      pending_ += part;
    }
    if (end == std::string_view::npos) break;
    if (pending_.size() > limit_ && !pending_.ends_with('\r')) overflowed_ = true;
    lines.push_back(take());
    bytes.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<input_line> line_splitter::finish() {
  std::vector<input_line> lines;
  if (pending_.size() > limit_) overflowed_ = true;
  if (overflowed_ || !pending_.empty()) lines.push_back(take());
  return lines;
}

}  // namespace mynah::console
