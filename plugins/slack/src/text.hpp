// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mynah::slack {

/// What was typed, of a text as Slack delivers it: control sequences become what stood there, then
/// the entities `&amp;`, `&lt;`, `&gt;` their characters, both in one pass, so that a `<` that
/// somebody typed never becomes a control sequence.
///
///     <https://e.com|e.com>  e.com           <@U1>, <@U1|ann>          @U1, @ann
///     <https://e.com?a&amp;b>  https://e.com?a&b   <#C1|general>, <#C1|>    #general, #C1
///     <mailto:a@b.c|mail>    a@b.c           <!here>, <!subteam^S1|@ops>  @here, @ops
///     <!date^1^{date}|today>   today
///
/// What is none of these stays as it is. Time: linear.
[[nodiscard]] std::string typed_text(std::string_view raw);

/// The ids of the users that a raw text mentions, in order, each as often as it is.
[[nodiscard]] std::vector<std::string> mentioned_users(std::string_view raw);

/// What follows a mention of this user at the start of a raw text, without the `:` or `,` and the
/// blanks (U+00A0 too) around them; nothing if it does not start with one. A view into `raw`.
[[nodiscard]] std::optional<std::string_view> starts_with_mention(std::string_view raw,
                                                                  std::string_view user_id);

/// `text` with the entities for `&`, `<` and `>`: every text that leaves must have passed this, or
/// it could mention people and show links. It may still be read as mrkdwn; see `shown_as_is`.
[[nodiscard]] std::string escaped(std::string_view text);

/// The opposite of `escaped`; other entities stay as they are.
[[nodiscard]] std::string unescaped(std::string_view text);

}  // namespace mynah::slack
