// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <mynah/reply.hpp>

namespace mynah::xmpp {

/// Bytes of a body that `rendered` stays below unless told otherwise: with XML's escapes still less
/// than the 64 KiB that many servers allow a stanza.
inline constexpr std::size_t usual_body_bytes = 16000;

/// The bodies of the messages that a reply becomes, with Message Styling (XEP-0393); none if there
/// is nothing to say.
///
/// Emphasis is `*strong*`, code is preformatted, both only where readers see it as such, else
/// plain; code of several lines and blocks stand between fences, with their language. A link is
/// `shown <address>`, a card its text form. What else would read as styling (spans, fences,
/// quotations) gets U+200B before it, whoever said it, so that it is shown as it is. So does the
/// first character of a body if it is punctuation from an *untrusted* fragment, so that what users
/// say cannot drive other bots. Untrusted text and code come without control characters
/// (`mynah::sanitised`); all is UTF-8.
///
/// A body has at most `limit` bytes (at least 64), and three times as many when escaped. What is
/// longer is split between lines, and lines that are too long where there is a blank; a fence that
/// is open there is closed and opened again.
[[nodiscard]] std::vector<std::string> rendered(const reply& body,
                                                std::size_t limit = usual_body_bytes);

}  // namespace mynah::xmpp
