// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>

#include <mynah/bot_view.hpp>
#include <mynah/principal.hpp>

namespace mynah::slack {

/// What a user is offered to say in a new thread with an assistant: commands that this principal
/// may run as they are, without parameters; four at most, as Slack has no room for more. The
/// argument `prompts` of assistant.threads.setSuggestedPrompts; empty if there are none.
[[nodiscard]] nlohmann::json suggested_prompts(const bot_view& bot, const principal& who);

}  // namespace mynah::slack
