// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

json pins_add(call& now) {
  channel_record& in = now.own_channel();
  if (in.is_archived) throw api_error("is_archived");
  const std::string ts = to_ts(now.message(in, "timestamp").key);
  if (std::find(in.pins.begin(), in.pins.end(), ts) != in.pins.end()) {
    throw api_error("already_pinned");
  }
  in.pins.push_back(ts);
  return json::object();
}

json pins_remove(call& now) {
  channel_record& in = now.own_channel();
  if (std::erase(in.pins, now.args.needed("timestamp")) == 0) throw api_error("no_pin");
  return json::object();
}

json pins_list(call& now) {
  channel_record& in = now.own_channel();
  json items = json::array();
  for (const std::string& ts : in.pins) {
    const message_record* message = world::find_message(in, ts);
    if (message == nullptr) continue;
    items.push_back({{"type", "message"},
                     {"channel", in.id},
                     {"message", message_json(now.slack.all, in, *message, false)}});
  }
  return {{"items", std::move(items)}};
}

json bookmarks_add(call& now) {
  channel_record& in = now.own_channel("channel_id");
  const std::string title = now.args.needed("title");
  if (now.args.needed("type") != "link") throw api_error("invalid_bookmark_type");
  const auto link = now.args.text("link");
  if (!link || (!link->starts_with("https://") && !link->starts_with("http://"))) {
    throw api_error("invalid_link");
  }
  if (in.bookmarks.size() >= 100) throw api_error("too_many_bookmarks");
  json made = {{"id", "Bk" + now.slack.all.ids.next('B')},
               {"channel_id", in.id},
               {"title", title},
               {"link", *link},
               {"type", "link"},
               {"app_id", now.app->id}};
  if (const auto emoji = now.args.text("emoji")) made["emoji"] = *emoji;
  in.bookmarks.push_back(made);
  return {{"bookmark", std::move(made)}};
}

json bookmarks_list(call& now) {
  return {{"bookmarks", now.own_channel("channel_id").bookmarks}};
}

json bookmarks_remove(call& now) {
  channel_record& in = now.own_channel("channel_id");
  const std::string id = now.args.needed("bookmark_id");
  for (auto it = in.bookmarks.begin(); it != in.bookmarks.end(); ++it) {
    if ((*it)["id"] != id) continue;
    in.bookmarks.erase(it);
    return json::object();
  }
  throw api_error("not_found");
}

}  // namespace

void add_pin_methods(method_table& to) {
  to.emplace("pins.add", method{pins_add, true, 2, {"pins:write"}, {"channel", "timestamp"}});
  to.emplace("pins.remove", method{pins_remove, true, 2, {"pins:write"}, {"channel", "timestamp"}});
  to.emplace("pins.list", method{pins_list, false, 2, {"pins:read"}, {"channel"}});
}

void add_bookmark_methods(method_table& to) {
  to.emplace("bookmarks.add",
             method{bookmarks_add, true, 2, {"bookmarks:write"}, {"channel_id", "title", "type"}});
  to.emplace("bookmarks.list", method{bookmarks_list, true, 3, {"bookmarks:read"}, {"channel_id"}});
  to.emplace("bookmarks.remove",
             method{bookmarks_remove, true, 2, {"bookmarks:write"}, {"channel_id", "bookmark_id"}});
}

}  // namespace mynah_test::slack
