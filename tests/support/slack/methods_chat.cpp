// SPDX-License-Identifier: Apache-2.0
#include "methods_chat.hpp"

#include "block_rules.hpp"
#include "server.hpp"

namespace mynah_test::slack {

void read_content(call& now, message_record& to, std::size_t largest_text) {
  const auto text = now.args.text("text");
  const auto markdown = now.args.text("markdown_text");
  json blocks =
      checked_blocks(now.args.structure("blocks", "invalid_blocks_format"), surface::message);
  json attachments = now.args.structure("attachments", "invalid_attachments");
  json metadata = now.args.structure("metadata", "invalid_metadata_format");
  if (markdown && (text || !blocks.is_null())) throw api_error("markdown_text_conflict");
  if (!attachments.is_null()) {
    if (!attachments.is_array()) throw api_error("invalid_attachments");
    if (attachments.size() > 100) throw api_error("too_many_attachments");
  }
  const bool some_blocks = !blocks.is_null() && !blocks.empty();
  const bool some_attachments = !attachments.is_null() && !attachments.empty();
  if (!text && !markdown && !some_blocks && !some_attachments) throw api_error("no_text");
  if (markdown) {
    if (characters(*markdown) > 12'000) throw api_error("msg_too_long");
    to.text = *markdown;
  } else if (text) {
    to.text = *text;
    if (largest_text != 0 && characters(*text) > largest_text) throw api_error("msg_too_long");
    if (characters(*text) > 40'000) {
      to.text = std::string(first_characters(*text, 40'000));
      now.warn("message_truncated");
    }
  } else if (some_blocks || some_attachments) {
    now.warn("missing_text_in_message");
  }
  if (!blocks.is_null()) to.blocks = some_blocks ? std::move(blocks) : json(nullptr);
  if (!attachments.is_null())
    to.attachments = some_attachments ? std::move(attachments) : json(nullptr);
  if (!metadata.is_null()) {
    const bool removed = metadata.is_object() && metadata.empty();
    if (!removed) {
      const bool good = metadata.is_object() && metadata.contains("event_type") &&
                        metadata["event_type"].is_string() && metadata.contains("event_payload") &&
                        metadata["event_payload"].is_object();
      if (!good) throw api_error("invalid_metadata_format");
      if (metadata.dump().size() > 16'000) throw api_error("metadata_too_large");
    }
    to.metadata = removed ? json(nullptr) : std::move(metadata);
  }
}

std::uint64_t read_thread(call& now, channel_record& in, const char* argument) {
  const auto ts = now.args.text(argument);
  if (!ts) return 0;
  const std::uint64_t key = from_ts(*ts);
  if (key == 0 || !now.args.all()[argument].is_string()) throw api_error("invalid_thread_ts");
  const auto parent = in.messages.find(key);
  if (parent == in.messages.end()) throw api_error("thread_not_found");
  if (parent->second.thread != 0 && parent->second.thread != key) {
    throw api_error("cannot_reply_to_message");
  }
  return key;
}

namespace {

/// Where to post: an id, #name, or a user for direct messages.
channel_record& destination(call& now) {
  const std::string wanted = now.args.needed("channel");
  world& all = now.slack.all;
  if (channel_record* found = all.find_channel(now.team(), wanted); found != nullptr) {
    if (!now.visible(*found)) throw api_error("channel_not_found");
    return *found;
  }
  if (user_record* user = all.find_user(now.team(), wanted); user != nullptr) {
    if (user->facts.deleted) throw api_error("user_disabled");
    if (user->id == now.bot()) throw api_error("cannot_dm_bot");
    return all.direct(now.team(), {user->id, now.bot()}, now.slack.time.wall());
  }
  const auto& names = all.workspace(now.team()).channel_by_name;
  const auto named = names.find(wanted.starts_with('#') ? wanted.substr(1) : wanted);
  if (named == names.end() || !now.visible(all.channel(named->second))) {
    throw api_error("channel_not_found");
  }
  return all.channel(named->second);
}

message_record own_message(call& now) {
  message_record made;
  made.user = now.bot();
  made.bot_id = now.installed->bot_id;
  return made;
}

json post_message(call& now) {
  channel_record& in = destination(now);
  if (in.is_archived) throw api_error("is_archived");
  if (!in.has(now.bot()) && !now.has_scope("chat:write.public")) throw api_error("not_in_channel");
  message_record made = own_message(now);
  made.thread = read_thread(now, in);
  read_content(now, made, 0);
  if (now.args.has("username") || now.args.has("icon_url") || now.args.has("icon_emoji")) {
    now.need_scope({"chat:write.customize"});
    made.username = now.args.text("username").value_or("");
    if (const auto emoji = now.args.text("icon_emoji")) made.icons = {{"emoji", *emoji}};
  }
  // Checked although nothing comes of them.
  (void)now.args.flag("mrkdwn", true);
  (void)now.args.flag("unfurl_links");
  (void)now.args.flag("unfurl_media", true);
  if (now.args.flag("reply_broadcast") && made.thread != 0) made.subtype = "thread_broadcast";
  const message_record& stored = now.slack.store(in, std::move(made));
  return {{"channel", in.id},
          {"ts", to_ts(stored.key)},
          {"message", message_json(now.slack.all, in, stored, true)}};
}

message_record& own(call& now, channel_record& in, const char* error) {
  message_record& found = now.message(in, "ts");
  if (found.bot_id != now.installed->bot_id || found.subtype == "tombstone") {
    throw api_error(error);
  }
  return found;
}

json update(call& now) {
  channel_record& in = now.channel();
  message_record& found = own(now, in, "cant_update_message");
  if (in.is_archived) throw api_error("is_archived");
  if (found.streaming) throw api_error("streaming_state_conflict");
  message_record changed = found;
  read_content(now, changed, 4'000);
  json previous = message_json(now.slack.all, in, found, false);
  found = std::move(changed);
  found.edited = true;
  found.edited_at = now.slack.next_ts();
  now.slack.happened.edited(in, found, previous);
  return {{"channel", in.id},
          {"ts", to_ts(found.key)},
          {"text", found.text},
          {"message", message_json(now.slack.all, in, found, true)}};
}

json remove(call& now) {
  channel_record& in = now.channel();
  message_record& found = own(now, in, "cant_delete_message");
  const std::string ts = to_ts(found.key);
  json previous = message_json(now.slack.all, in, found, false);
  --in.posted_by_bots;
  if (found.reply_count > 0) {
    found.text = "This message was deleted.";
    found.subtype = "tombstone";
    found.user = "USLACKBOT";
    found.bot_id.clear();
    found.blocks = found.attachments = found.metadata = found.files = nullptr;
  } else {
    in.messages.erase(found.key);
  }
  now.slack.happened.erased(in, previous);
  return {{"channel", in.id}, {"ts", ts}};
}

json post_ephemeral(call& now) {
  channel_record& in = destination(now);
  if (in.is_archived) throw api_error("is_archived");
  if (!in.has(now.bot())) throw api_error("not_in_channel");
  const std::string user = now.args.needed("user");
  if (now.slack.all.find_user(now.team(), user) == nullptr) throw api_error("user_not_found");
  if (!in.has(user)) throw api_error("user_not_in_channel");
  message_record made = own_message(now);
  made.thread = read_thread(now, in);
  read_content(now, made, 0);
  made.key = now.slack.next_ts();
  json shown = message_json(now.slack.all, in, made, false);
  shown["channel"] = in.id;
  shown["shown_to"] = user;
  now.slack.interactions.ephemerals.push_back(std::move(shown));
  return {{"message_ts", to_ts(made.key)}};
}

json get_permalink(call& now) {
  channel_record& in = now.channel();
  const message_record& found = now.message(in, "message_ts");
  std::string digits = to_ts(found.key);
  std::erase(digits, '.');
  std::string link = "https://" + now.slack.all.workspace(now.team()).facts.domain +
                     ".slack.com/archives/" + in.id + "/p" + digits;
  if (found.thread != 0 && found.thread != found.key) {
    link += "?thread_ts=" + to_ts(found.thread) + "&cid=" + in.id;
  }
  return {{"channel", in.id}, {"permalink", link}};
}

}  // namespace

void add_chat_methods(method_table& to) {
  to.emplace("chat.postMessage", method{post_message, true, 0, {"chat:write"}, {"channel"}});
  to.emplace("chat.update", method{update, true, 3, {"chat:write"}, {"channel", "ts"}});
  to.emplace("chat.delete", method{remove, true, 3, {"chat:write"}, {"channel", "ts"}});
  to.emplace("chat.postEphemeral",
             method{post_ephemeral, true, 4, {"chat:write"}, {"channel", "user"}});
  to.emplace("chat.getPermalink", method{get_permalink, false, 5, {}, {"channel", "message_ts"}});
}

}  // namespace mynah_test::slack
