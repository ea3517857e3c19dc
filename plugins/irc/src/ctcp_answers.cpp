// SPDX-License-Identifier: Apache-2.0
#include "ctcp_answers.hpp"

#include <array>
#include <cstdio>

namespace mynah::irc {

namespace {

// "Sat, 31 Jan 2026 12:00:00 UTC"
std::string in_utc(mynah::clock::wall_time wall) {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(wall);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(wall - day));
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d UTC",
                days[std::chrono::weekday(day).c_encoding() % 7], static_cast<unsigned>(date.day()),
                months[(static_cast<unsigned>(date.month()) - 1) % 12],
                static_cast<int>(date.year()), static_cast<int>(time.hours().count()),
                static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace

std::optional<std::string> ctcp_answers::answer(const ctcp& query, mynah::clock::time_point now,
                                                mynah::clock::wall_time wall) {
  const std::optional<std::string> said = content(query, wall);
  if (!said) return std::nullopt;
  while (!answered_.empty() && now - answered_.front() >= window) answered_.pop_front();
  if (answered_.size() >= burst) return std::nullopt;
  answered_.push_back(now);
  return "\x01" + query.command + " " + *said + "\x01";
}

std::optional<std::string> ctcp_answers::content(const ctcp& query,
                                                 mynah::clock::wall_time wall) const {
  if (query.command == "VERSION") return version_;
  if (query.command == "SOURCE" && !source_.empty()) return source_;
  if (query.command == "PING") return query.argument;
  if (query.command == "TIME") return in_utc(wall);
  if (query.command == "CLIENTINFO") {
    return std::string("ACTION CLIENTINFO PING ") + (source_.empty() ? "" : "SOURCE ") +
           "TIME VERSION";
  }
  return std::nullopt;
}

}  // namespace mynah::irc
