// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mynah {

/// One command attempt as a store keeps it. Configured secrets are masked in every text.
///
/// Thread safety: a value.
class audit_entry {
 public:
  audit_entry() = default;

  friend bool operator==(const audit_entry&, const audit_entry&) = default;

  std::int64_t id = 0;                           ///< given by the store, growing
  std::chrono::system_clock::time_point time{};  ///< when the attempt was settled
  std::uint64_t job = 0;                         ///< number of the run; zero if it never ran
  std::string event;                             ///< the network's id of the message
  std::string who;        ///< `principal::key()`: unverified speakers begin with `unverified:`
  std::string display;    ///< the name that was shown for them then
  std::string where;      ///< `address::to_string()`
  std::string room;       ///< `<input>/<room>`, to search by
  std::string raw;        ///< as typed
  std::string line;       ///< the command line: addressing removed, normalised
  std::string arguments;  ///< as parsed: `name=value` of declared parameters, a line each
  std::string command;    ///< its name; empty if none matched
  std::string decision;   ///< "allowed: <why>", "denied: <why>"; empty if it came to none
  std::string outcome;    ///< `to_string(mynah::outcome)`
  std::string reason;     ///< what failed, if something did
  std::chrono::nanoseconds duration{0};
};

/// What to look for in the audit; what is empty does not restrict.
///
/// Thread safety: a value.
class audit_query {
 public:
  audit_query() = default;

  std::string who;  ///< a part of the principal's key, or of the name shown; case does not matter
  std::string command;  ///< the exact name
  std::string room;     ///< a part of `<input>/<room>`
  std::string outcome;  ///< exact
  /// Words that all occur in raw text, line, arguments, command, reason; prefixes if they end in
  /// `*`. Never query syntax of the store.
  std::string words;
  std::optional<std::chrono::system_clock::time_point> since;  ///< this moment or later
  std::optional<std::chrono::system_clock::time_point> until;  ///< before this moment
  std::int64_t before = 0;    ///< only ids below this, for the next page; zero: from the newest
  std::size_t limit = 20;     ///< entries at most
  bool oldest_first = false;  ///< then `before` means only ids above it
};

/// Some entries, in the order asked for.
class audit_page {
 public:
  std::vector<audit_entry> entries;
  bool more = false;  ///< there are further ones: ask with `before` set to the last id
};

}  // namespace mynah
