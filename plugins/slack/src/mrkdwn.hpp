// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/reply.hpp>

namespace mynah::slack {

/// Characters of a message that Slack shows whole; longer ones it splits as it likes, or refuses.
inline constexpr std::size_t usual_message_characters = 3900;

/// The fragments of a reply as mrkdwn; its card is not in it (see `to_blocks`).
///
/// Text is shown as it is: escaped, so that it mentions and links nothing, with U+200B behind what
/// would else open a span, a block, a quotation or an emoji. Untrusted text comes without control
/// characters besides, and with U+200B before the punctuation that it would begin the message with,
/// so that it cannot drive other bots. Emphasis is `*strong*`, code preformatted, both where
/// readers see it as such, else plain; code of several lines stands in a block, which its content
/// cannot end. A link is one only to http, https and mailto, else it is text. All is UTF-8, with
/// LF.
[[nodiscard]] std::string to_mrkdwn(const reply& body);

/// Whether `to_mrkdwn` of it holds markup that is meant; without, the message can be sent with
/// `"mrkdwn": false`.
[[nodiscard]] bool is_styled(const reply& body) noexcept;

/// One text as `to_mrkdwn` shows it in the middle of a message, without control characters.
[[nodiscard]] std::string shown_as_is(std::string_view words);

/// Cuts mrkdwn into pieces of at most `limit` code points (at least 64): at line ends where
/// possible, else at blanks, else between characters as people see them (a base and what combines
/// with it, emoji joined by U+200D), and never inside an entity or a control sequence that fits. A
/// code block that goes on is closed and opened again. No piece is blank.
[[nodiscard]] std::vector<std::string> split_message(std::string_view mrkdwn,
                                                     std::size_t limit = usual_message_characters);

}  // namespace mynah::slack
