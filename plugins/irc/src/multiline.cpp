// SPDX-License-Identifier: Apache-2.0
#include "multiline.hpp"

#include <algorithm>
#include <charconv>

#include "words.hpp"

namespace mynah::irc {

namespace {

constexpr std::size_t usual_lines = 24;

}  // namespace

multiline_limits::multiline_limits(std::string_view value) : lines(usual_lines) {
  for (const std::string_view entry : words(value, ',')) {
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view digits = entry.substr(equals + 1);
    std::size_t number = 0;
    const auto [stop, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (error != std::errc() || stop != digits.data() + digits.size()) continue;
    if (entry.substr(0, equals) == "max-bytes") bytes = number;
    if (entry.substr(0, equals) == "max-lines") lines = number;
  }
}

std::size_t multiline_limits::fitting(const std::vector<std::string_view>& texts,
                                      std::size_t first) const noexcept {
  std::size_t size = 0;
  std::size_t count = 0;
  while (first + count < texts.size() && count < lines) {
    // The end of each line but the last counts, too.
    size += texts[first + count].size() + (count == 0 ? 0 : 1);
    if (size > bytes) break;
    ++count;
  }
  return count;
}

}  // namespace mynah::irc
