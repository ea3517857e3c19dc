// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/reply.hpp>

namespace mynah::irc {

/// The texts of the messages that a reply becomes: each for one PRIVMSG, of at most `room` bytes.
///
/// Every line of the reply is a message; empty ones are skipped, long ones are split
/// (`piece_length`). All are valid UTF-8 without control characters: no line ends, no format codes,
/// no CTCP. A message whose first character is punctuation from an *untrusted* fragment begins with
/// U+200B, so that what users say cannot drive other bots. Code is shown as it is, emphasis between
/// asterisks, a link as `shown <address>`, a card as its text form.
///
/// With more than `most` messages the rest is replaced by one that tells how many are missing; zero
/// means no limit. `room` must be at least 16.
[[nodiscard]] std::vector<std::string> rendered(const reply& body, std::size_t room,
                                                std::size_t most);

}  // namespace mynah::irc
