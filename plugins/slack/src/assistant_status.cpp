// SPDX-License-Identifier: Apache-2.0
#include "assistant_status.hpp"

#include <utility>

#include <nlohmann/json.hpp>

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::slack {

namespace {

using nlohmann::json;

// Behind the app's name.
constexpr const char* words = "is working on it...";

std::string key_of(std::string_view channel, std::string_view thread) {
  std::string key(channel);
  key += ' ';
  key += thread;
  return key;
}

}  // namespace

assistant_status::assistant_status(logger log, std::shared_ptr<web_api> api, std::string token)
    : log_(std::move(log)), api_(std::move(api)), token_(std::move(token)) {}

bool assistant_status::want(const address& where, bool is) {
  if (!where.direct || where.thread.empty()) return false;
  const std::string key = key_of(where.room, where.thread);
  const auto found = threads_.find(key);
  if (found == threads_.end() && !is) return false;
  state& there = found != threads_.end() ? found->second : threads_[key];
  if (is) {
    ++there.commands;
  } else if (there.commands != 0) {
    --there.commands;
  }
  if (there.busy) return false;
  if (there.wanted() == there.shown) {
    if (!there.wanted()) threads_.erase(key);
    return false;
  }
  there.busy = true;
  return true;
}

void assistant_status::said(const address& where) {
  const auto found = threads_.find(key_of(where.room, where.thread));
  if (found != threads_.end() && !found->second.busy) found->second.shown = false;
}

task<void> assistant_status::show(std::shared_ptr<assistant_status> self, std::string channel,
                                  std::string thread) {
  const std::string key = key_of(channel, thread);
  state& there = self->threads_[key];
  while (there.wanted() != there.shown) {
    const bool is = there.wanted();
    const bool done = co_await self->set(channel, thread, is);
    there.shown = done && is;
    // Slack takes away by itself what is left.
    if (!done) break;
  }
  there.busy = false;
  if (!there.wanted() && !there.shown) self->threads_.erase(key);
}

task<bool> assistant_status::set(std::string channel, std::string thread, bool is) {
  json arguments = json::object();
  arguments["channel_id"] = channel;
  arguments["thread_ts"] = thread;
  arguments["status"] = is ? words : "";
  const result<json> told =
      co_await api_->call("assistant.threads.setStatus", token_, std::move(arguments));
  if (told.has_value()) co_return true;
  const log_level level = has_failed_ ? log_level::debug : log_level::warning;
  has_failed_ = true;
  log_.log(level, "that the bot works could not be shown in a thread",
           {{"reason", told.error().describe()}});
  co_return false;
}

}  // namespace mynah::slack
