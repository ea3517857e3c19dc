// SPDX-License-Identifier: Apache-2.0
#include <mynah/moment.hpp>

#include <ctime>
#include <string>

#include <mynah/duration.hpp>

namespace mynah {

std::optional<std::chrono::system_clock::time_point> parse_moment(
    std::string_view text, std::chrono::system_clock::time_point now) {
  using time_point = std::chrono::system_clock::time_point;
  if (const auto ago = parse_duration(text)) return now - *ago;
  if (text.ends_with('Z')) text.remove_suffix(1);
  const std::string wanted(text);
  for (const char* form : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::tm parts{};
    const char* end = ::strptime(wanted.c_str(), form, &parts);
    if (end != wanted.c_str() + wanted.size()) continue;
    const std::chrono::year_month_day day{
        std::chrono::year(parts.tm_year + 1900),
        std::chrono::month(static_cast<unsigned>(parts.tm_mon) + 1),
        std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
    if (!day.ok()) return std::nullopt;
    // Clocks of nanoseconds end in 2262.
    if (day.year() > std::chrono::year(2261)) return time_point::max();
    if (day.year() < std::chrono::year(1700)) return time_point::min();
    return std::chrono::sys_days(day) + std::chrono::hours(parts.tm_hour) +
           std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec);
  }
  return std::nullopt;
}

}  // namespace mynah
