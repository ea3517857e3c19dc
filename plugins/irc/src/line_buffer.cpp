// SPDX-License-Identifier: Apache-2.0
#include "line_buffer.hpp"

#include <algorithm>

namespace mynah::irc {

void line_buffer::append(std::string_view bytes) {
  bytes_.erase(0, begin_);
  searched_ -= begin_;
  begin_ = 0;
  bytes_ += bytes;
}

std::optional<std::string> line_buffer::next() {
  for (;;) {
    const auto found = std::find_if(bytes_.begin() + static_cast<std::ptrdiff_t>(searched_),
                                    bytes_.end(), [](char c) { return c == '\r' || c == '\n'; });
    const auto end = static_cast<std::size_t>(found - bytes_.begin());
    if (end == bytes_.size()) {
      searched_ = end;
      if (size() > longest && !skipping_) {
        skipping_ = true;
        ++dropped_;
      }
      if (skipping_) begin_ = searched_;
      return std::nullopt;
    }
    const std::size_t length = end - begin_;
    const std::size_t start = begin_;
    begin_ = searched_ = end + 1;
    if (skipping_) {
      skipping_ = false;
      continue;
    }
    if (length > longest) {
      ++dropped_;
      continue;
    }
    if (length > 0) return bytes_.substr(start, length);
  }
}

}  // namespace mynah::irc
