// SPDX-License-Identifier: Apache-2.0
#include "slack_network.hpp"

#include <mynah/bot_view.hpp>

#include "json_fields.hpp"
#include "text.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using nlohmann::json;

// As many as a workspace may have channels, a thousand a page.
constexpr int most_pages = 200;
constexpr int page = 500;

slack::channel channel_of(const json& from) {
  slack::channel made;
  made.id = text_in(from, "id");
  made.name = text_in(from, "name");
  made.is_private = is_true_in(from, "is_private");
  made.is_archived = is_true_in(from, "is_archived");
  made.is_member = is_true_in(from, "is_member");
  made.topic = unescaped(text_in(object_in(from, "topic"), "value"));
  made.purpose = unescaped(text_in(object_in(from, "purpose"), "value"));
  return made;
}

std::string next_cursor(const json& answer) {
  return std::string(text_in(object_in(answer, "response_metadata"), "next_cursor"));
}

json in_channel(std::string channel) {
  json made = json::object();
  made["channel"] = std::move(channel);
  return made;
}

}  // namespace

std::shared_ptr<network> network::of(const bot_view& bot, std::string_view input) {
  return std::dynamic_pointer_cast<network>(bot.network(input));
}

task<result<json>> slack_network::call(std::string_view method_name, json arguments) {
  const std::shared_ptr<workspace_access> access = current_;
  if (access == nullptr) co_return failure(errc::closed, "not connected to Slack");
  result<json> answer =
      co_await access->api->call(method_name, access->token, std::move(arguments));
  co_return std::move(answer);
}

task<result<void>> slack_network::tell(std::string_view method_name, json arguments,
                                       std::string_view harmless) {
  const std::string expected(harmless);
  const result<json> answer = co_await call(method_name, std::move(arguments));
  if (answer.has_value()) co_return result<void>();
  if (!expected.empty() && answer.error().remote().starts_with(expected)) co_return result<void>();
  co_return answer.error();
}

// Ids pass; `#name` is looked for.
task<result<std::string>> slack_network::id_of(std::string channel) {
  if (!channel.starts_with('#')) co_return channel;
  const std::string name = channel.substr(1);
  const result<std::vector<slack::channel>> all = co_await list(false);
  if (all.has_error()) co_return all.error();
  for (const slack::channel& each : *all) {
    if (each.name == name) co_return each.id;
  }
  co_return failure(errc::not_sent, "there is no channel " + channel + " that the bot can see");
}

task<result<std::string>> slack_network::create(std::string name, bool is_private) {
  json arguments = json::object();
  arguments["name"] = name;
  arguments["is_private"] = is_private;
  const result<json> answer = co_await call("conversations.create", std::move(arguments));
  if (answer.has_error()) co_return answer.error();
  co_return std::string(text_in(object_in(*answer, "channel"), "id"));
}

task<result<void>> slack_network::invite(std::string channel, std::vector<std::string> users) {
  constexpr std::size_t most = 100;
  if (users.empty() || users.size() > most) {
    co_return failure(errc::not_sent, "1 to 100 users can be invited at a time");
  }
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  std::string joined;
  for (const std::string& each : users) joined += (joined.empty() ? "" : ",") + each;
  json arguments = in_channel(*id);
  arguments["users"] = joined;
  const result<void> told =
      co_await tell("conversations.invite", std::move(arguments), "already_in_channel");
  co_return told;
}

task<result<void>> slack_network::remove(std::string channel, std::string user) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["user"] = user;
  const result<void> told =
      co_await tell("conversations.kick", std::move(arguments), "not_in_channel");
  co_return told;
}

task<result<void>> slack_network::set_topic(std::string channel, std::string text) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["topic"] = escaped(text);
  const result<void> told = co_await tell("conversations.setTopic", std::move(arguments));
  co_return told;
}

task<result<void>> slack_network::set_purpose(std::string channel, std::string text) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["purpose"] = escaped(text);
  const result<void> told = co_await tell("conversations.setPurpose", std::move(arguments));
  co_return told;
}

task<result<void>> slack_network::rename(std::string channel, std::string name) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["name"] = name;
  const result<void> told = co_await tell("conversations.rename", std::move(arguments));
  co_return told;
}

task<result<void>> slack_network::archive(std::string channel) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  const result<void> told =
      co_await tell("conversations.archive", std::move(arguments), "already_archived");
  co_return told;
}

task<result<void>> slack_network::unarchive(std::string channel) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  const result<void> told =
      co_await tell("conversations.unarchive", std::move(arguments), "not_archived");
  co_return told;
}

task<result<void>> slack_network::join(std::string channel) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  const result<void> told = co_await tell("conversations.join", std::move(arguments));
  co_return told;
}

task<result<void>> slack_network::leave(std::string channel) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  const result<void> told =
      co_await tell("conversations.leave", std::move(arguments), "not_in_channel");
  co_return told;
}

task<result<std::vector<slack::channel>>> slack_network::list(bool with_archived) {
  std::vector<slack::channel> all;
  std::string cursor;
  for (int i = 0; i < most_pages; ++i) {
    json arguments = json::object();
    arguments["types"] = "public_channel,private_channel";
    arguments["exclude_archived"] = !with_archived;
    arguments["limit"] = page;
    arguments["cursor"] = given(cursor);
    const result<json> answer = co_await call("conversations.list", std::move(arguments));
    if (answer.has_error()) co_return answer.error();
    for (const json& each : array_in(*answer, "channels")) all.push_back(channel_of(each));
    cursor = next_cursor(*answer);
    if (cursor.empty()) break;
  }
  co_return std::move(all);
}

task<result<slack::channel>> slack_network::info(std::string channel) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  const result<json> answer = co_await call("conversations.info", in_channel(*id));
  if (answer.has_error()) co_return answer.error();
  co_return channel_of(object_in(*answer, "channel"));
}

task<result<std::vector<std::string>>> slack_network::members(std::string channel) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  std::vector<std::string> all;
  std::string cursor;
  for (int i = 0; i < most_pages; ++i) {
    json arguments = in_channel(*id);
    arguments["limit"] = page;
    arguments["cursor"] = given(cursor);
    const result<json> answer = co_await call("conversations.members", std::move(arguments));
    if (answer.has_error()) co_return answer.error();
    for (const json& each : array_in(*answer, "members")) {
      if (each.is_string()) all.push_back(each.get<std::string>());
    }
    cursor = next_cursor(*answer);
    if (cursor.empty()) break;
  }
  co_return std::move(all);
}

task<result<void>> slack_network::pin(std::string channel, std::string ts) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["timestamp"] = ts;
  const result<void> told = co_await tell("pins.add", std::move(arguments), "already_pinned");
  co_return told;
}

task<result<void>> slack_network::unpin(std::string channel, std::string ts) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["timestamp"] = ts;
  const result<void> told = co_await tell("pins.remove", std::move(arguments), "no_pin");
  co_return told;
}

task<result<std::string>> slack_network::add_bookmark(std::string channel, std::string title,
                                                      std::string link) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = json::object();
  arguments["channel_id"] = *id;
  arguments["title"] = title;
  arguments["type"] = "link";
  arguments["link"] = link;
  const result<json> answer = co_await call("bookmarks.add", std::move(arguments));
  if (answer.has_error()) co_return answer.error();
  co_return std::string(text_in(object_in(*answer, "bookmark"), "id"));
}

task<result<void>> slack_network::remove_bookmark(std::string channel, std::string id) {
  const result<std::string> where = co_await id_of(std::move(channel));
  if (where.has_error()) co_return where.error();
  json arguments = json::object();
  arguments["channel_id"] = *where;
  arguments["bookmark_id"] = id;
  const result<void> told = co_await tell("bookmarks.remove", std::move(arguments));
  co_return told;
}

task<result<std::vector<bookmark>>> slack_network::bookmarks(std::string channel) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = json::object();
  arguments["channel_id"] = *id;
  const result<json> answer = co_await call("bookmarks.list", std::move(arguments));
  if (answer.has_error()) co_return answer.error();
  std::vector<bookmark> all;
  for (const json& each : array_in(*answer, "bookmarks")) {
    bookmark one;
    one.id = text_in(each, "id");
    one.title = text_in(each, "title");
    one.link = text_in(each, "link");
    all.push_back(std::move(one));
  }
  co_return std::move(all);
}

task<result<void>> slack_network::react(std::string channel, std::string ts, std::string name) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["timestamp"] = ts;
  arguments["name"] = name;
  const result<void> told = co_await tell("reactions.add", std::move(arguments), "already_reacted");
  co_return told;
}

task<result<void>> slack_network::unreact(std::string channel, std::string ts, std::string name) {
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  json arguments = in_channel(*id);
  arguments["timestamp"] = ts;
  arguments["name"] = name;
  const result<void> told = co_await tell("reactions.remove", std::move(arguments), "no_reaction");
  co_return told;
}

task<result<std::string>> slack_network::upload(std::string channel, std::string name,
                                                std::string title, std::string bytes,
                                                std::string thread_ts) {
  const std::shared_ptr<workspace_access> access = current_;
  if (access == nullptr) co_return failure(errc::closed, "not connected to Slack");
  const result<std::string> id = co_await id_of(std::move(channel));
  if (id.has_error()) co_return id.error();
  const result<std::string> file = co_await access->posts->upload(
      *id, std::move(thread_ts), std::move(name), std::move(title), std::move(bytes));
  co_return file;
}

task<result<void>> slack_network::set_title(std::string channel, std::string thread_ts,
                                            std::string title) {
  json arguments = json::object();
  arguments["channel_id"] = channel;
  arguments["thread_ts"] = thread_ts;
  arguments["title"] = title;
  const result<void> told = co_await tell("assistant.threads.setTitle", std::move(arguments));
  co_return told;
}

task<result<void>> slack_network::set_status(std::string channel, std::string thread_ts,
                                             std::string status) {
  json arguments = json::object();
  arguments["channel_id"] = channel;
  arguments["thread_ts"] = thread_ts;
  arguments["status"] = status;
  const result<void> told = co_await tell("assistant.threads.setStatus", std::move(arguments));
  co_return told;
}

task<result<void>> slack_network::set_prompts(std::string channel, std::string thread_ts,
                                              std::vector<suggested_prompt> prompts) {
  json list = json::array();
  for (const suggested_prompt& each : prompts) {
    json one = json::object();
    one["title"] = each.title;
    one["message"] = each.message;
    list.push_back(std::move(one));
  }
  json arguments = json::object();
  arguments["channel_id"] = channel;
  arguments["thread_ts"] = thread_ts;
  arguments["prompts"] = std::move(list);
  const result<void> told =
      co_await tell("assistant.threads.setSuggestedPrompts", std::move(arguments));
  co_return told;
}

task<result<std::string>> slack_network::start_stream(std::string channel, std::string thread_ts,
                                                      std::string markdown, std::string user) {
  json arguments = in_channel(std::move(channel));
  arguments["thread_ts"] = thread_ts;
  arguments["markdown_text"] = markdown;
  arguments["recipient_user_id"] = given(user);
  if (!user.empty() && current_ != nullptr) arguments["recipient_team_id"] = current_->team;
  const result<json> answer = co_await call("chat.startStream", std::move(arguments));
  if (answer.has_error()) co_return answer.error();
  co_return std::string(text_in(*answer, "ts"));
}

task<result<void>> slack_network::append_stream(std::string channel, std::string ts,
                                                std::string markdown) {
  json arguments = json::object();
  arguments["channel"] = channel;
  arguments["ts"] = ts;
  arguments["markdown_text"] = markdown;
  const result<void> told = co_await tell("chat.appendStream", std::move(arguments));
  co_return told;
}

task<result<void>> slack_network::stop_stream(std::string channel, std::string ts,
                                              std::string markdown) {
  json arguments = json::object();
  arguments["channel"] = channel;
  arguments["ts"] = ts;
  arguments["markdown_text"] = given(markdown);
  const result<void> told = co_await tell("chat.stopStream", std::move(arguments));
  co_return told;
}

}  // namespace mynah::slack
