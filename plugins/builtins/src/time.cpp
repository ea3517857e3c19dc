// SPDX-License-Identifier: Apache-2.0
#include <date/tz.h>

#include <array>
#include <cstdio>
#include <optional>

#include <mynah/bot_view.hpp>
#include <mynah/context.hpp>

#include "commands.hpp"

namespace mynah::builtins {

namespace {

// GCC 12's library has no time zones, hence the date library.
const date::time_zone* find_zone(const std::string& name) noexcept {
  try {
    return date::locate_zone(name);
  } catch (const std::exception&) {
    return nullptr;
  }
}

bool is_utc(const std::string& name) {
  return name.empty() || name == "UTC" || name == "GMT";
}

// RFC 1123, section 5.2.14, upon RFC 822: names of days and months are English whatever the locale.
std::string rfc1123(std::chrono::system_clock::time_point moment, std::chrono::seconds offset,
                    const std::string& zone) {
  static constexpr std::array<const char*, 7> days = {"Sun", "Mon", "Tue", "Wed",
                                                      "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto local = date::floor<std::chrono::seconds>(moment) + offset;
  const auto day = date::floor<date::days>(local);
  const date::year_month_day ymd(day);
  const date::hh_mm_ss<std::chrono::seconds> clock(local - day);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %02u %s %d %02d:%02d:%02d %s",
                days[date::weekday(day).c_encoding()], static_cast<unsigned>(ymd.day()),
                months[static_cast<unsigned>(ymd.month()) - 1], static_cast<int>(ymd.year()),
                static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
                static_cast<int>(clock.seconds().count()), zone.c_str());
  return text.data();
}

std::string offset_text(std::chrono::seconds offset) {
  const long long minutes = std::chrono::duration_cast<std::chrono::minutes>(offset).count();
  const long long size = minutes < 0 ? -minutes : minutes;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%c%02lld%02lld", minutes < 0 ? '-' : '+', size / 60,
                size % 60);
  return text.data();
}

reply tell(context& ctx) {
  const std::string zone = ctx.args().has("zone") ? ctx.args().string("zone")
                                                  : ctx.bot().setting("builtins", "time-zone");
  const auto moment = ctx.clock().wall();
  if (is_utc(zone)) return rfc1123(moment, std::chrono::seconds(0), "GMT");
  const date::time_zone* found = find_zone(zone);
  if (found == nullptr) {
    throw usage_error("zone is '" + sanitised(zone.substr(0, 60)) +
                      "'; expected an IANA name such as Europe/Berlin");
  }
  const auto offset = found->get_info(date::floor<std::chrono::seconds>(moment)).offset;
  return rfc1123(moment, offset, offset_text(offset));
}

}  // namespace

flag time_zone_flag() {
  return flag("time-zone", "zone that `time` shows, an IANA name such as Europe/Berlin")
      .fallback("UTC")
      .check([](const std::string& value) -> std::optional<std::string> {
        if (is_utc(value) || find_zone(value) != nullptr) return std::nullopt;
        return "an IANA time zone such as Europe/Berlin";
      });
}

command_ptr time_command() {
  // Not quick: the first use of a zone reads files.
  return make_command(
      command_spec("time", "Tells the time")
          .parameter(parameter::string("zone", "IANA name of a time zone").optional()),
      tell);
}

}  // namespace mynah::builtins
