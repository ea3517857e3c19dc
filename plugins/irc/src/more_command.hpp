// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <mynah/command.hpp>

#include "kept_rests.hpp"

namespace mynah::irc {

/// The command `more`: says what was left out of the last long reply in the room.
[[nodiscard]] command_ptr make_more(std::shared_ptr<kept_rests> rests);

}  // namespace mynah::irc
