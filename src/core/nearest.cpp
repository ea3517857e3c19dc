// SPDX-License-Identifier: Apache-2.0
#include "core/nearest.hpp"

#include <algorithm>
#include <cstdlib>

namespace mynah::core {

namespace {

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

// Damerau-Levenshtein (optimal string alignment), case ignored.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1;
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + change});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
          lower(a[i - 2]) == lower(b[j - 1])) {
        now[j] = std::min(now[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

bool begins(std::string_view whole, std::string_view start) {
  return start.size() >= 2 && whole.size() > start.size() &&
         std::equal(start.begin(), start.end(), whole.begin(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t at_most) {
  // Longer words than any name are no typing error, and would only cost time.
  if (word.empty() || word.size() > 64) return {};
  std::vector<std::pair<std::size_t, std::string>> found;
  const std::size_t bound = std::max<std::size_t>(1, (word.size() + 1) / 3);
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), word.size());
    const std::size_t shorter = std::min(candidate.size(), word.size());
    const bool is_start = begins(candidate, word);
    if (!is_start && longer - shorter > bound) continue;
    const std::size_t away = distance(word, candidate);
    if (is_start || away <= bound)
      found.emplace_back(is_start ? std::min(away, bound) : away, candidate);
  }
  std::sort(found.begin(), found.end());
  if (found.size() > at_most) found.resize(at_most);
  std::vector<std::string> names;
  names.reserve(found.size());
  for (auto& each : found) names.push_back(std::move(each.second));
  return names;
}

}  // namespace mynah::core
