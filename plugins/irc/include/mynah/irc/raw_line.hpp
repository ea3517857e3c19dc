// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mynah {
class event;
}

namespace mynah::irc {

/// A line of the protocol as streams see it: every numeric, and every message that mynah does not
/// interpret, comes as an event of type `raw`. While the bot cannot keep up they are the first to
/// be dropped.
///
/// Thread safety: a value.
class raw_line {
 public:
  /// Nothing if the event is no such line.
  [[nodiscard]] static std::optional<raw_line> from(const event& seen);

  /// `311` as a number; 0 if the command is a word.
  [[nodiscard]] int numeric() const noexcept;

  std::string source;   ///< `nick!user@host`, a server, or empty
  std::string command;  ///< upper case, or three digits
  std::vector<std::string> params;
};

}  // namespace mynah::irc
