// SPDX-License-Identifier: Apache-2.0
#include "counted_inviters.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace mynah::xmpp {

namespace {

constexpr std::size_t most_named = 3;

void append(std::string& text, std::string_view name, std::uint64_t times) {
  if (!text.empty()) text += ", ";
  text += name;
  text += " (" + std::to_string(times) + ")";
}

}  // namespace

std::optional<counted_inviters::summary> counted_inviters::add(const std::string& who,
                                                               mynah::clock::time_point now) {
  if (by_.size() < most_told_apart || by_.contains(who)) ++by_[who];
  const std::optional<std::uint64_t> count = notice_.add(now);
  if (!count) return std::nullopt;
  std::vector<std::pair<std::string, std::uint64_t>> ordered(by_.begin(), by_.end());
  by_.clear();
  std::stable_sort(ordered.begin(), ordered.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string by;
  std::uint64_t named = 0;
  for (std::size_t i = 0; i < std::min(ordered.size(), most_named); ++i) {
    append(by, ordered[i].first, ordered[i].second);
    named += ordered[i].second;
  }
  if (*count > named) append(by, "others", *count - named);
  return summary(*count, std::move(by));
}

}  // namespace mynah::xmpp
