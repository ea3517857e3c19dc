// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <mynah/bot_view.hpp>
#include <mynah/principal.hpp>

namespace mynah::slack {

/// The App Home of a user: what this principal may run, each with usage, description and a button.
/// The button gives the command, or asks for its parameters (`button_kind::form`) if it has any.
/// Hidden commands are not listed. At most 100 blocks and 250 kB: what does not fit is said.
[[nodiscard]] nlohmann::json home_view(const bot_view& bot, const principal& who);

}  // namespace mynah::slack
