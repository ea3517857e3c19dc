// SPDX-License-Identifier: Apache-2.0
#include "words.hpp"

#include <algorithm>
#include <string>

#include "casemapping.hpp"

namespace mynah::irc {

std::vector<std::string_view> words(std::string_view list, char separator) {
  std::vector<std::string_view> found;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(separator), list.size());
    if (end > 0) found.push_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return found;
}

bool is_one_word(std::string_view text) noexcept {
  return !text.empty() && std::none_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
  });
}

bool says_one_of(std::string_view text, std::initializer_list<std::string_view> signs) {
  const std::string lower = folded(text, casemapping::ascii);
  return std::any_of(signs.begin(), signs.end(), [&lower](std::string_view sign) {
    return lower.find(sign) != std::string::npos;
  });
}

}  // namespace mynah::irc
