// SPDX-License-Identifier: Apache-2.0
#include "moment.hpp"

#include <date/date.h>

#include <sstream>

#include <mynah/duration.hpp>

namespace mynah::builtins {

std::optional<std::chrono::system_clock::time_point> moment_of(
    std::string_view text, std::chrono::system_clock::time_point now) {
  if (const auto ago = parse_duration(text)) return now - *ago;
  if (text.ends_with('Z')) text.remove_suffix(1);
  for (const char* form : {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d"}) {
    std::istringstream from{std::string(text)};
    date::sys_time<std::chrono::seconds> read;
    from >> date::parse(form, read);
    if (from.fail() || from.peek() != std::istringstream::traits_type::eof()) continue;
    // Clocks of nanoseconds end in 2262.
    using time_point = std::chrono::system_clock::time_point;
    if (read >= date::sys_days(date::year(2262) / 1 / 1)) return time_point::max();
    if (read < date::sys_days(date::year(1700) / 1 / 1)) return time_point::min();
    return read;
  }
  return std::nullopt;
}

std::string show(std::chrono::system_clock::time_point moment) {
  return date::format("%Y-%m-%d %H:%M:%S", date::floor<std::chrono::seconds>(moment));
}

}  // namespace mynah::builtins
