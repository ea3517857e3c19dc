// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <nlohmann/json.hpp>

#include <mynah/bot_view.hpp>
#include <mynah/principal.hpp>

namespace mynah::slack {

/// The App Home of a user: what this principal may run, each with usage, description and a button.
/// The button gives the command, or asks for its parameters (`button_kind::form`) if it has any.
/// Hidden commands are not listed. What does not fit into Slack's 100 blocks and 250 kB is on the
/// next page; buttons lead there and back (`button_kind::page`). `page` counts from 0; beyond the
/// last one it is the last.
[[nodiscard]] nlohmann::json home_view(const bot_view& bot, const principal& who,
                                       std::size_t page = 0);

}  // namespace mynah::slack
