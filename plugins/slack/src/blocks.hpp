// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <mynah/reply.hpp>

namespace mynah::slack {

/// Block Kit for a reply: its fragments, then its card with its buttons. Whatever they hold, Slack
/// takes it: every limit of texts, elements and blocks is kept, all texts together have at most
/// about 13,000 characters, and what does not fit is left out with a line that says so. An empty
/// array for an empty reply.
///
/// Each button has an `action_id` of its own (`mynah-1`, ...) and a `button_value` as `value`.
[[nodiscard]] nlohmann::json to_blocks(const reply& body);

/// The `text` beside blocks: for notifications, searching and readers that show no blocks. The text
/// form of the reply, escaped, in one message.
[[nodiscard]] std::string fallback_text(const reply& body);

/// The blocks of a message, as they were sent or came back with a click, once it was answered:
/// without what can be clicked, and with a line at the end (mrkdwn, cut at 300 characters).
[[nodiscard]] nlohmann::json answered(const nlohmann::json& blocks, std::string_view by_mrkdwn);

}  // namespace mynah::slack
