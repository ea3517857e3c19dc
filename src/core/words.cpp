// SPDX-License-Identifier: Apache-2.0
#include "core/words.hpp"

namespace mynah::core {

namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f';
}

// Position of the quote that closes the one at `open`, or npos.
std::size_t closing(std::string_view line, std::size_t open) noexcept {
  for (std::size_t i = open + 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() &&
        (line[i + 1] == line[open] || line[i + 1] == '\\')) {
      ++i;
    } else if (line[i] == line[open]) {
      // A quote in the middle of a word does not close: 'it's' is not `it` and `s'`.
      if (i + 1 == line.size() || is_blank(line[i + 1])) return i;
    }
  }
  return std::string_view::npos;
}

}  // namespace

std::vector<word> split_words(std::string_view line) {
  std::vector<word> words;
  std::size_t at = 0;
  // A quote that nothing closes leaves nothing for later ones of its kind either; looking again at
  // each of them would take the square of the line's length.
  bool double_open = false;
  bool single_open = false;
  while (true) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) return words;
    word next({}, at, at, false);
    bool may_quote = true;
    while (at < line.size() && !is_blank(line[at])) {
      const char c = line[at];
      bool& never_closed = c == '"' ? double_open : single_open;
      if (may_quote && (c == '"' || c == '\'') && !never_closed) {
        const std::size_t end = closing(line, at);
        never_closed = end == std::string_view::npos;
        if (!never_closed) {
          if (at == next.begin) next.quoted = true;
          for (++at; at < end; ++at) {
            if (line[at] == '\\' && (line[at + 1] == c || line[at + 1] == '\\')) ++at;
            next.text += line[at];
          }
          at = end + 1;
          may_quote = false;
          continue;
        }
      }
      next.text += c;
      may_quote = c == '=';
      ++at;
    }
    next.end = at;
    words.push_back(std::move(next));
  }
}

}  // namespace mynah::core
