// SPDX-License-Identifier: Apache-2.0
#include "server_time.hpp"

#include <array>
#include <cstdio>

namespace mynah::irc {

namespace {

// Takes as many digits as `width` from the front; nothing if there are fewer.
std::optional<int> take_number(std::string_view& rest, std::size_t width) noexcept {
  if (rest.size() < width) return std::nullopt;
  int value = 0;
  for (const char c : rest.substr(0, width)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  rest.remove_prefix(width);
  return value;
}

bool take(std::string_view& rest, char expected) noexcept {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(1);
  return true;
}

// The fraction of a second behind the dot; what is finer than a millisecond is read over.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& rest) noexcept {
  int value = 0;
  int weight = 100;
  std::size_t digits = 0;
  for (; digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9'; ++digits) {
    value += (rest[digits] - '0') * weight;
    weight /= 10;
  }
  if (digits == 0) return std::nullopt;
  rest.remove_prefix(digits);
  return std::chrono::milliseconds(value);
}

}  // namespace

std::optional<std::chrono::system_clock::time_point> parse_server_time(
    std::string_view text) noexcept {
  using namespace std::chrono;
  const auto year_number = take_number(text, 4);
  if (!year_number || !take(text, '-')) return std::nullopt;
  const auto month_number = take_number(text, 2);
  if (!month_number || !take(text, '-')) return std::nullopt;
  const auto day_number = take_number(text, 2);
  if (!day_number || !take(text, 'T')) return std::nullopt;
  const auto hour_number = take_number(text, 2);
  if (!hour_number || !take(text, ':')) return std::nullopt;
  const auto minute_number = take_number(text, 2);
  if (!minute_number || !take(text, ':')) return std::nullopt;
  const auto second_number = take_number(text, 2);
  if (!second_number) return std::nullopt;
  milliseconds fraction{0};
  if (take(text, '.')) {
    const auto read = take_fraction(text);
    if (!read) return std::nullopt;
    fraction = *read;
  }
  if (text != "Z") return std::nullopt;

  const year_month_day date{year(*year_number), month(static_cast<unsigned>(*month_number)),
                            day(static_cast<unsigned>(*day_number))};
  // Nobody spoke before, and a clock of nanoseconds ends in 2262.
  if (*year_number < 1970 || *year_number > 2261) return std::nullopt;
  // A leap second is the 60th.
  if (!date.ok() || *hour_number > 23 || *minute_number > 59 || *second_number > 60) {
    return std::nullopt;
  }
  return sys_days(date) + hours(*hour_number) + minutes(*minute_number) + seconds(*second_number) +
         fraction;
}

std::string to_server_time(std::chrono::system_clock::time_point time) {
  using namespace std::chrono;
  const auto day = floor<days>(time);
  const year_month_day date(day);
  const hh_mm_ss clock(floor<milliseconds>(time - day));
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()),
                static_cast<int>(clock.subseconds().count()));
  return text.data();
}

}  // namespace mynah::irc
