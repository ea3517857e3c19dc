// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::irc {

/// Makes lines of the bytes that arrive. CR and LF both end a line, empty lines are skipped. A line
/// that is longer than tags and text may be together is dropped up to its end, so a broken server
/// can neither fill the memory nor have a tail taken for a line.
class line_buffer {
 public:
  /// 8191 for the tags, 512 for the rest.
  static constexpr std::size_t longest = 8191 + 512;

  void append(std::string_view bytes);
  /// The next complete line without its end; nothing if more bytes are needed.
  [[nodiscard]] std::optional<std::string> next();

  /// Lines dropped so far.
  [[nodiscard]] std::size_t dropped() const noexcept { return dropped_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - begin_; }

 private:
  std::string bytes_;
  std::size_t begin_ = 0;
  std::size_t searched_ = 0;
  bool skipping_ = false;
  std::size_t dropped_ = 0;
};

}  // namespace mynah::irc
