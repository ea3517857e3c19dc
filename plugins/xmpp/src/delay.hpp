// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "element.hpp"

namespace mynah::xmpp {

/// Reads a date and time: `2026-01-31T12:00:00Z`, with any fraction of a second (what is finer than
/// a millisecond is read over) and with `Z` or a zone such as `+02:00` (XEP-0082). Nothing for
/// anything else. What lies where the clock cannot go is its first or last moment.
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_date_time(
    std::string_view text);
/// The form before that, in UTC: `20260131T12:00:00` (XEP-0091).
[[nodiscard]] std::optional<std::chrono::system_clock::time_point> parse_old_date_time(
    std::string_view text);

/// As XEP-0082 has it, in UTC; with milliseconds unless there are none.
[[nodiscard]] std::string format_date_time(std::chrono::system_clock::time_point time);

/// When a stanza that came late was sent, and who kept it (XEP-0203).
class delay_stamp {
 public:
  explicit delay_stamp(std::chrono::system_clock::time_point time, std::string from = {})
      : time(time), from(std::move(from)) {}

  friend bool operator==(const delay_stamp&, const delay_stamp&) = default;

  std::chrono::system_clock::time_point time;
  std::string from;  ///< an address, or empty. Anybody may have written it.
};

/// All the stamps of a stanza, those of XEP-0203 before those of XEP-0091. A stamp whose time
/// cannot be read has the first moment of the clock: what was delayed stays delayed.
[[nodiscard]] std::vector<delay_stamp> delays_of(const element& stanza);

}  // namespace mynah::xmpp
