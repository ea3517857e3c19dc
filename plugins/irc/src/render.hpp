// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/reply.hpp>

namespace mynah::irc {

/// How replies are to be shown.
class rendering {
 public:
  std::size_t room = 400;   ///< bytes for the text of a message; at least 16
  std::size_t most = 0;     ///< messages; zero: no limit
  bool formatting = false;  ///< emphasis in bold, code in monospace
  std::string more;         ///< how to ask for what is left out; empty: there is no way
};

/// What a reply became.
class rendered_reply {
 public:
  std::vector<std::string> messages;  ///< the text of each
  std::size_t left_out = 0;           ///< messages that were too many
  reply rest;                         ///< what they would have said, if `left_out` is not zero
};

/// The texts of the messages that a reply becomes: each for one PRIVMSG, of at most `room` bytes.
///
/// Every line of the reply is a message; empty ones are skipped, long ones are split
/// (`piece_length`). All are valid UTF-8 without control characters: no line ends, no CTCP, and no
/// format codes but those that `formatting` puts round emphasis (0x02) and code (0x11). A message
/// whose first character is punctuation from an *untrusted* fragment begins with U+200B, so that
/// what users say cannot drive other bots. Without `formatting` code is shown as it is and emphasis
/// between asterisks; a link is `shown <address>`, a card its text form.
///
/// With more than `most` messages the rest is replaced by one that tells how many are missing, and
/// how to ask for them.
[[nodiscard]] rendered_reply render(const reply& body, const rendering& how);

/// Only the texts, without format codes.
[[nodiscard]] std::vector<std::string> rendered(const reply& body, std::size_t room,
                                                std::size_t most);

}  // namespace mynah::irc
