// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "element.hpp"

namespace mynah::xmpp {

/// The body of a message that counts, of several in different languages (RFC 6121, section 5.2.3):
/// the one without `xml:lang`, or the first. Nothing if it has none in its own namespace; an empty
/// view if the body is empty. As long as `message` lives.
[[nodiscard]] std::optional<std::string_view> body_of(const element& message) noexcept;

/// The same without what repeats the message that it answers, for clients that show no replies
/// (XEP-0461, marked as XEP-0428 says): "> Sure?\nyes" is "yes". Empty if there is no body.
[[nodiscard]] std::string said_in(const element& message);

/// The same of its subject, which in a room is the topic.
[[nodiscard]] std::optional<std::string_view> subject_of(const element& message) noexcept;

}  // namespace mynah::xmpp
