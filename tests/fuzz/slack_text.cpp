// SPDX-License-Identifier: Apache-2.0
// Texts in both directions: as Slack writes them, and as people and programs say them to it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "plugins/slack/src/blocks.hpp"
#include "plugins/slack/src/button_value.hpp"
#include "plugins/slack/src/characters.hpp"
#include "plugins/slack/src/form.hpp"
#include "plugins/slack/src/json_fields.hpp"
#include "plugins/slack/src/json_text.hpp"
#include "plugins/slack/src/mrkdwn.hpp"
#include "plugins/slack/src/signature.hpp"
#include "plugins/slack/src/text.hpp"
#include "plugins/slack/src/timestamp.hpp"

namespace {

using namespace mynah::slack;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_typed(std::string_view words) {
  const std::string typed = typed_text(words);
  if (mynah::is_utf8(words)) require(mynah::is_utf8(typed));
  (void)mentioned_users(words);
  if (const auto rest = starts_with_mention(words, "U0BOT")) require(words.ends_with(*rest));
  // What is escaped mentions nobody, and is read as it was.
  const std::string sent = escaped(words);
  require(typed_text(sent) == words && unescaped(sent) == words);
  require(mentioned_users(sent).empty());
}

void check_split(std::string_view mrkdwn, std::size_t limit) {
  for (const std::string& each : split_message(mrkdwn, limit)) {
    require(!each.empty() && count_characters(each) <= limit);
    if (mynah::is_utf8(mrkdwn)) require(mynah::is_utf8(each));
  }
}

// No control sequence comes out of words; raw brackets are only those of the link.
void check_told(std::string_view words) {
  const std::string text(words);
  for (const bool trusted : {true, false}) {
    const std::string shown =
        to_mrkdwn(trusted ? mynah::reply(text) : mynah::reply().untrusted(text));
    require(mynah::is_utf8(shown) && shown.find_first_of("<>") == std::string::npos);
    require(shown.find("```") == std::string::npos);
    check_split(shown, 64);
  }
  mynah::reply said;
  said.emphasis(text).code(text).text(text).code_block(text, text).link(text, "https://x.test/");
  const std::string shown = to_mrkdwn(said);
  require(mynah::is_utf8(shown));
  std::size_t brackets = 0;
  for (const char c : shown) brackets += c == '<' || c == '>' ? 1U : 0U;
  require(brackets == 2);
  mynah::card framed(text);
  framed.field(text, text).text(text).image(text).action(text, text);
  said.with(framed);
  const nlohmann::json blocks = to_blocks(said);
  require(blocks.size() <= 50 && parse_json(dump_json(blocks)).has_value());
  require(count_characters(fallback_text(said)) <= usual_message_characters);
}

void check_characters(std::string_view words) {
  for (std::string_view rest = words; !rest.empty();) {
    const std::size_t size = visible_character(rest);
    require(size > 0 && size <= rest.size());
    rest.remove_prefix(size);
  }
  require(count_characters(shortened(words, 20)) <= 20);
  require(count_characters(plain_line(words, 24)) <= 24);
}

void check_forms(std::string_view words) {
  const form read = form::parse(words);
  require(form::parse(read.to_string()) == read);
  if (const auto value = button_value::parse(words)) {
    require(button_value::parse(value->to_string()) == value);
  }
}

void check_signature(std::string_view words) {
  const std::string_view first = words.substr(0, words.size() / 3);
  const std::chrono::system_clock::time_point now(std::chrono::seconds(1531420618));
  require(verify("secret", first, words.substr(first.size()), words, now) != signature_check::good);
  const std::string right = signature_of("secret", "1531420618", words);
  require(verify("secret", "1531420618", right, words, now) == signature_check::good);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_typed(bytes);
  check_split(bytes, 64);
  check_split(bytes, 200);
  check_characters(bytes);
  check_forms(bytes);
  check_signature(bytes);
  (void)time_of(bytes);
  if (size < 1000) check_told(bytes);
  return 0;
}
