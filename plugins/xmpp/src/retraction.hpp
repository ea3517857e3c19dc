// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "element.hpp"

namespace mynah::xmpp {

/// The id of the message that this one takes back: its sender does (XEP-0424), or somebody who may
/// moderate the room (XEP-0425), in today's form or in the one that is applied to a message
/// (XEP-0422). Nothing if it takes nothing back; whatever text is in it is for clients that do not
/// know this. As long as `message` lives.
[[nodiscard]] std::optional<std::string_view> taken_back_by(const element& message) noexcept;

/// Whether this is what an archive shows instead of a message that was taken back.
[[nodiscard]] bool is_taken_back(const element& message) noexcept;

}  // namespace mynah::xmpp
