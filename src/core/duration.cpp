// SPDX-License-Identifier: Apache-2.0
#include <mynah/duration.hpp>

#include <array>
#include <charconv>

namespace mynah {

namespace {

struct unit {
  std::string_view name;
  long long milliseconds;
};

// From large to small: a duration names each at most once, in this order.
constexpr std::array<unit, 6> units = {{{"w", 604'800'000},
                                        {"d", 86'400'000},
                                        {"h", 3'600'000},
                                        {"m", 60'000},
                                        {"s", 1'000},
                                        {"ms", 1}}};
constexpr long long longest = 100LL * 365 * 86'400'000;

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds(0);
  if (text.empty()) return std::nullopt;
  long long total = 0;
  std::size_t next_unit = 0;
  while (!text.empty()) {
    long long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number < 0 || text.front() == '-') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    std::size_t letters = 0;
    while (letters < text.size() && text[letters] >= 'a' && text[letters] <= 'z') ++letters;
    const std::string_view name = text.substr(0, letters);
    text.remove_prefix(letters);
    while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
    if (next_unit == units.size()) return std::nullopt;
    if (number > longest / units[next_unit].milliseconds) return std::nullopt;
    total += number * units[next_unit].milliseconds;
    if (total > longest) return std::nullopt;
    ++next_unit;
  }
  return std::chrono::milliseconds(total);
}

std::string format_duration(std::chrono::nanoseconds time) {
  long long left = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  if (left <= 0) return "0s";
  std::string out;
  int used = 0;
  for (const unit& each : units) {
    if (each.name == "w") continue;  // people count days
    const long long number = left / each.milliseconds;
    if (number == 0) {
      if (used > 0) break;  // 1h and 5s is "1h"
      continue;
    }
    if (each.name == "ms" && used > 0) break;
    out += std::to_string(number);
    out += each.name;
    left -= number * each.milliseconds;
    if (++used == 2) break;
  }
  return out;
}

}  // namespace mynah
