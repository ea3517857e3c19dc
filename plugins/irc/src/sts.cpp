// SPDX-License-Identifier: Apache-2.0
#include "sts.hpp"

#include <algorithm>
#include <charconv>

#include "words.hpp"

namespace mynah::irc {

namespace {

// Longer is as good as for ever, and cannot overflow anything.
constexpr std::uint64_t longest = std::uint64_t{10} * 366 * 24 * 60 * 60;

std::optional<std::uint64_t> number(std::string_view text) {
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : longest;
}

}  // namespace

sts_offer sts_offer::parse(std::string_view value) {
  sts_offer offer;
  for (const std::string_view each : words(value, ',')) {
    const std::size_t equals = each.find('=');
    if (equals == std::string_view::npos) continue;
    const auto given = number(each.substr(equals + 1));
    if (!given) continue;
    if (each.substr(0, equals) == "port" && *given >= 1 && *given <= 65535) {
      offer.port = static_cast<std::uint16_t>(*given);
    } else if (each.substr(0, equals) == "duration") {
      offer.duration = std::chrono::seconds(std::min(*given, longest));
    }
  }
  return offer;
}

}  // namespace mynah::irc
