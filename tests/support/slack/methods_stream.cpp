// SPDX-License-Identifier: Apache-2.0
#include "block_rules.hpp"
#include "methods_chat.hpp"
#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

std::string markdown(call& now) {
  std::string text = now.args.text("markdown_text").value_or("");
  if (characters(text) > 12'000) throw api_error("msg_too_long");
  return text;
}

json start_stream(call& now) {
  channel_record& in = now.own_channel();
  if (in.is_archived) throw api_error("is_archived");
  message_record made;
  made.thread = read_thread(now, in);
  if (!in.direct()) {
    if (!now.args.has("recipient_user_id")) throw api_error("missing_recipient_user_id");
    if (!now.args.has("recipient_team_id")) throw api_error("missing_recipient_team_id");
  }
  made.user = now.bot();
  made.bot_id = now.installed->bot_id;
  made.text = markdown(now);
  made.streaming = true;
  const message_record& stored = now.slack.store(in, std::move(made));
  return {{"channel", in.id}, {"ts", to_ts(stored.key)}};
}

message_record& streaming(call& now, channel_record& in) {
  message_record& found = now.message(in, "ts");
  if (found.bot_id != now.installed->bot_id) throw api_error("message_not_owned_by_app");
  if (!found.streaming) throw api_error("message_not_in_streaming_state");
  return found;
}

json append_stream(call& now) {
  channel_record& in = now.own_channel();
  message_record& found = streaming(now, in);
  found.text += markdown(now);
  return {{"channel", in.id}, {"ts", to_ts(found.key)}};
}

json stop_stream(call& now) {
  channel_record& in = now.own_channel();
  message_record& found = streaming(now, in);
  json blocks =
      checked_blocks(now.args.structure("blocks", "invalid_blocks_format"), surface::message);
  const json previous = message_json(now.slack.all, in, found, false);
  found.text += markdown(now);
  if (!blocks.is_null()) found.blocks = std::move(blocks);
  found.streaming = false;
  now.slack.happened.edited(in, found, previous);
  return {{"channel", in.id},
          {"ts", to_ts(found.key)},
          {"message", message_json(now.slack.all, in, found, true)}};
}

}  // namespace

void add_stream_methods(method_table& to) {
  to.emplace("chat.startStream",
             method{start_stream, true, 2, {"chat:write"}, {"channel", "thread_ts"}});
  to.emplace("chat.appendStream",
             method{append_stream, true, 4, {"chat:write"}, {"channel", "ts", "markdown_text"}});
  to.emplace("chat.stopStream", method{stop_stream, true, 2, {"chat:write"}, {"channel", "ts"}});
}

}  // namespace mynah_test::slack
