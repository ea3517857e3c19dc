// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mynah::core {

/// One word of a command line.
class word {
 public:
  word(std::string text, std::size_t begin, std::size_t end, bool quoted)
      : text(std::move(text)), begin(begin), end(end), quoted(quoted) {}

  std::string text;   ///< quotes and escapes resolved
  std::size_t begin;  ///< where it starts in the line
  std::size_t end;    ///< one past where it ends
  bool quoted;        ///< it started with a quote, so `"--x"` is no flag
};

/// Splits at blanks. `"..."` and `'...'` keep blanks together where a word or a value after `=`
/// begins; inside, a backslash keeps the same quote or a backslash. A quote that is never closed,
/// or stands inside a word (don't), is a letter like any other.
std::vector<word> split_words(std::string_view line);

}  // namespace mynah::core
