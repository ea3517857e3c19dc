// SPDX-License-Identifier: Apache-2.0
#include "methods_chat.hpp"
#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

json& thread_of(call& now) {
  channel_record& in = now.own_channel("channel_id");
  const std::string ts = now.args.needed("thread_ts");
  if (world::find_message(in, ts) == nullptr) throw api_error("thread_not_found");
  for (json& one : now.slack.assistant_threads) {
    if (one["channel_id"] == in.id && one["thread_ts"] == ts) return one;
  }
  now.slack.assistant_threads.push_back({{"channel_id", in.id},
                                         {"thread_ts", ts},
                                         {"status", ""},
                                         {"title", ""},
                                         {"prompts", json::array()}});
  return now.slack.assistant_threads.back();
}

json set_status(call& now) {
  json& thread = thread_of(now);
  // An empty status takes it away.
  if (!now.args.all().contains("status")) {
    throw api_error::invalid_arguments("missing required field: status");
  }
  thread["status"] = now.args.text("status").value_or("");
  return json::object();
}

json set_title(call& now) {
  json& thread = thread_of(now);
  thread["title"] = now.args.needed("title");
  return json::object();
}

json set_prompts(call& now) {
  json prompts = now.args.structure("prompts");
  if (!prompts.is_array() || prompts.empty()) {
    throw api_error::invalid_arguments("missing required field: prompts");
  }
  if (prompts.size() > 4) throw api_error("too_many_prompts");
  for (const json& prompt : prompts) {
    if (!prompt.is_object() || !prompt.contains("title") || !prompt.contains("message")) {
      throw api_error::invalid_arguments("prompts need title and message");
    }
  }
  json& thread = thread_of(now);
  thread["prompts"] = std::move(prompts);
  return json::object();
}

}  // namespace

void add_assistant_methods(method_table& to) {
  to.emplace(
      "assistant.threads.setStatus",
      method{set_status, true, 4, {"assistant:write", "chat:write"}, {"channel_id", "thread_ts"}});
  to.emplace("assistant.threads.setTitle",
             method{set_title, true, 4, {"assistant:write"}, {"channel_id", "thread_ts", "title"}});
  to.emplace(
      "assistant.threads.setSuggestedPrompts",
      method{set_prompts, true, 4, {"assistant:write"}, {"channel_id", "thread_ts", "prompts"}});
}

}  // namespace mynah_test::slack
