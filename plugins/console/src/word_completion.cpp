// SPDX-License-Identifier: Apache-2.0
#include "word_completion.hpp"

#include <algorithm>

namespace mynah::console {

completion complete(std::string_view before_cursor, std::string_view prefix,
                    const std::vector<std::string>& names) {
  completion result;
  std::string_view word = before_cursor;
  word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
  if (!prefix.empty() && word.starts_with(prefix)) word.remove_prefix(prefix.size());
  if (word.starts_with("help ")) {
    word.remove_prefix(5);
    word.remove_prefix(std::min(word.find_first_not_of(' '), word.size()));
  }
  if (word.find(' ') != std::string_view::npos) return result;

  for (const std::string& name : names) {
    if (std::string_view(name).starts_with(word)) result.choices.push_back(name);
  }
  if (result.choices.empty()) return result;
  if (result.choices.size() == 1) {
    result.insert = result.choices.front().substr(word.size()) + " ";
    result.choices.clear();
    return result;
  }
  const std::string& first = result.choices.front();
  std::size_t common = first.size();
  for (const std::string& choice : result.choices) {
    const auto [end, other] =
        std::mismatch(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(common),
                      choice.begin(), choice.end());
    common = static_cast<std::size_t>(end - first.begin());
  }
  // Never half a character.
  while (common > word.size() && common < first.size() &&
         (static_cast<unsigned char>(first[common]) & 0xc0U) == 0x80U) {
    --common;
  }
  if (common > word.size()) {
    result.insert = first.substr(word.size(), common - word.size());
    result.choices.clear();
  }
  return result;
}

}  // namespace mynah::console
