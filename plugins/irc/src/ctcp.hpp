// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mynah::irc {

/// A message between programs, inside the text of a PRIVMSG or NOTICE: `\x01VERSION\x01`.
class ctcp {
 public:
  /// Nothing if the text is ordinary. The closing 0x01 may be missing.
  [[nodiscard]] static std::optional<ctcp> parse(std::string_view text);

  std::string command;  ///< upper case
  std::string argument;
};

}  // namespace mynah::irc
