// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

/// The ends of the time asked for.
struct span {
  std::uint64_t oldest = 0;
  std::uint64_t latest = ~0ULL;
};

std::uint64_t read_time(call& now, const char* name, std::uint64_t otherwise) {
  const auto text = now.args.text(name);
  if (!text || *text == "0") return otherwise;
  if (const std::uint64_t exact = from_ts(*text); exact != 0) return exact;
  try {
    return static_cast<std::uint64_t>(std::stod(*text) * 1e6);
  } catch (const std::exception&) {
    throw api_error(name == std::string("oldest") ? "invalid_ts_oldest" : "invalid_ts_latest");
  }
}

span read_span(call& now) {
  span made;
  made.oldest = read_time(now, "oldest", 0);
  made.latest = read_time(now, "latest", ~0ULL);
  if (!now.args.flag("inclusive")) {
    if (made.oldest != 0) ++made.oldest;
    if (made.latest != ~0ULL) --made.latest;
  }
  return made;
}

json history(call& now) {
  channel_record& in = now.own_channel();
  now.need_channel_scope(in, "history");
  const span wanted = read_span(now);
  const bool metadata = now.args.flag("include_all_metadata");
  std::vector<const message_record*> found;
  for (auto it = in.messages.upper_bound(wanted.latest); it != in.messages.begin();) {
    --it;
    if (it->first < wanted.oldest) break;
    const message_record& message = it->second;
    const bool reply = message.thread != 0 && message.thread != message.key;
    if (!reply || message.subtype == "thread_broadcast") found.push_back(&message);
  }
  const page shown = page_of(now, found.size(), 100, 999);
  json messages = json::array();
  for (std::size_t i = shown.begin; i < shown.end; ++i) {
    messages.push_back(message_json(now.slack.all, in, *found[i], metadata));
  }
  json made = {{"messages", std::move(messages)},
               {"has_more", !shown.next_cursor.empty()},
               {"pin_count", in.pins.size()}};
  if (!shown.next_cursor.empty()) put_cursor(made, shown);
  return made;
}

json replies(call& now) {
  channel_record& in = now.own_channel();
  now.need_channel_scope(in, "history");
  const message_record* parent = world::find_message(in, now.args.needed("ts"));
  if (parent == nullptr) throw api_error("thread_not_found");
  const span wanted = read_span(now);
  const bool metadata = now.args.flag("include_all_metadata");
  // Of a reply, Slack shows the thread it is in.
  const std::uint64_t root = parent->thread != 0 ? parent->thread : parent->key;
  std::vector<std::uint64_t> keys = {root};
  if (const auto thread = in.threads.find(root); thread != in.threads.end()) {
    for (const std::uint64_t key : thread->second) {
      if (key >= wanted.oldest && key <= wanted.latest && in.messages.contains(key)) {
        keys.push_back(key);
      }
    }
  }
  const page shown = page_of(now, keys.size(), 1000, 1000);
  json messages = json::array();
  for (std::size_t i = shown.begin; i < shown.end; ++i) {
    const auto message = in.messages.find(keys[i]);
    if (message == in.messages.end()) continue;
    messages.push_back(message_json(now.slack.all, in, message->second, metadata));
  }
  json made = {{"messages", std::move(messages)}, {"has_more", !shown.next_cursor.empty()}};
  if (!shown.next_cursor.empty()) put_cursor(made, shown);
  return made;
}

}  // namespace

void add_history_methods(method_table& to) {
  to.emplace("conversations.history", method{history, true, 3, {}, {"channel"}});
  to.emplace("conversations.replies", method{replies, false, 3, {}, {"channel", "ts"}});
}

}  // namespace mynah_test::slack
