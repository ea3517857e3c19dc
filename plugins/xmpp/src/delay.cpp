// SPDX-License-Identifier: Apache-2.0
#include "delay.hpp"

#include <array>
#include <cstdio>

#include <mynah/moment.hpp>

#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

using time_point = std::chrono::system_clock::time_point;

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Whether `text` has digits where `form` has nines, and all else as it stands there.
bool has_form(std::string_view text, std::string_view form) noexcept {
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (form[i] == '9' ? !is_digit(text[i]) : text[i] != form[i]) return false;
  }
  return true;
}

int two_digits(std::string_view text) noexcept {
  return (text[0] - '0') * 10 + (text[1] - '0');
}

// How far the zone is before UTC; nothing if it is none.
std::optional<std::chrono::minutes> parse_zone(std::string_view text) noexcept {
  if (text == "Z") return std::chrono::minutes(0);
  if (!has_form(text, "+99:99") && !has_form(text, "-99:99")) return std::nullopt;
  const int hours = two_digits(text.substr(1));
  const int minutes = two_digits(text.substr(4));
  if (hours > 23 || minutes > 59) return std::nullopt;
  const std::chrono::minutes ahead = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return text[0] == '-' ? -ahead : ahead;
}

// Takes the fraction behind the dot off the front; nothing if there are no digits.
std::optional<std::chrono::milliseconds> take_fraction(std::string_view& rest) noexcept {
  int value = 0;
  int weight = 100;
  std::size_t digits = 0;
  for (; digits < rest.size() && is_digit(rest[digits]); ++digits) {
    value += (rest[digits] - '0') * weight;
    weight /= 10;
  }
  if (digits == 0) return std::nullopt;
  rest.remove_prefix(digits);
  return std::chrono::milliseconds(value);
}

}  // namespace

std::optional<time_point> parse_date_time(std::string_view text) {
  constexpr std::string_view form = "9999-99-99T99:99:99";
  // parse_moment reads other things, too.
  if (!has_form(text.substr(0, form.size()), form)) return std::nullopt;
  const auto base = parse_moment(text.substr(0, form.size()), time_point());
  text.remove_prefix(form.size());
  std::chrono::milliseconds fraction{0};
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const auto read = take_fraction(text);
    if (!read) return std::nullopt;
    fraction = *read;
  }
  const auto zone = parse_zone(text);
  if (!base || !zone) return std::nullopt;
  if (*base == time_point::max() || *base == time_point::min()) return base;
  return *base + fraction - *zone;
}

std::optional<time_point> parse_old_date_time(std::string_view text) {
  if (!has_form(text, "99999999T99:99:99")) return std::nullopt;
  std::string dashed(text);
  dashed.insert(6, "-").insert(4, "-").append("Z");
  return parse_date_time(dashed);
}

std::string format_date_time(time_point time) {
  using namespace std::chrono;
  // The day of the first nanosecond of the clock begins before it.
  const auto rounded = floor<milliseconds>(time);
  const auto day = floor<days>(rounded);
  const year_month_day date(day);
  const hh_mm_ss clock(rounded - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(clock.hours().count()),
                static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()));
  std::string out = text.data();
  if (clock.subseconds().count() != 0) {
    std::snprintf(text.data(), text.size(), ".%03d", static_cast<int>(clock.subseconds().count()));
    out += text.data();
  }
  return out + "Z";
}

std::vector<delay_stamp> delays_of(const element& stanza) {
  std::vector<delay_stamp> stamps;
  const auto collect = [&](std::string_view name, std::string_view ns, const auto& parse) {
    for (const element& each : stanza.children) {
      if (!each.is(name, ns)) continue;
      stamps.emplace_back(parse(each.attr("stamp")).value_or(time_point::min()),
                          std::string(each.attr("from")));
    }
  };
  collect("delay", ns::delay, parse_date_time);
  collect("x", ns::old_delay, parse_old_date_time);
  return stamps;
}

}  // namespace mynah::xmpp
