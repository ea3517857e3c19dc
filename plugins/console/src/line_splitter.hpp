// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mynah::console {

/// One line from the user, or why there is none.
class input_line {
 public:
  explicit input_line(std::string text, bool too_long = false)
      : text(std::move(text)), too_long(too_long) {}

  std::string text;  ///< valid UTF-8 without line end and NUL
  bool too_long;     ///< it passed the limit; `text` is empty
};

/// Cuts bytes into lines. LF and CRLF end a line; the last one needs no end. What is not UTF-8, and
/// NUL, becomes U+FFFD. A line over the limit is dropped whole and reported once.
class line_splitter {
 public:
  static constexpr std::size_t default_limit = 65536;

  explicit line_splitter(std::size_t limit = default_limit) : limit_(limit) {}

  /// The lines that `bytes` complete.
  [[nodiscard]] std::vector<input_line> feed(std::string_view bytes);
  /// The line that had no end, if any; then starts afresh.
  [[nodiscard]] std::vector<input_line> finish();

 private:
  [[nodiscard]] input_line take();

  std::size_t limit_;
  std::string pending_;
  bool overflowed_ = false;
};

/// `text` with U+FFFD for each byte that belongs to no well-formed character, and for NUL.
[[nodiscard]] std::string readable(std::string_view text);

}  // namespace mynah::console
