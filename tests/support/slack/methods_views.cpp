// SPDX-License-Identifier: Apache-2.0
#include "block_rules.hpp"
#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

json given_view(call& now, const char* type) {
  json view = checked_view(now.args.structure("view"));
  if (type != nullptr && view["type"] != type) {
    throw api_error::invalid_arguments("must be a view of type " + std::string(type) +
                                       " [json-pointer:/view/type]");
  }
  return view;
}

json shown(const view_record& record) {
  json made = record.view;
  made["id"] = record.id;
  made["team_id"] = record.team_id;
  made["app_id"] = record.app->id;
  made["bot_id"] = "";
  made["hash"] = record.hash;
  made["root_view_id"] = record.root;
  made["previous_view_id"] = record.previous.empty() ? json(nullptr) : json(record.previous);
  if (!made.contains("private_metadata")) made["private_metadata"] = "";
  if (!made.contains("callback_id")) made["callback_id"] = "";
  if (!made.contains("external_id")) made["external_id"] = "";
  if (!made.contains("state")) made["state"] = {{"values", json::object()}};
  return made;
}

void check_external_id(call& now, const json& view, const std::string& own) {
  const std::string external = view.value("external_id", "");
  if (external.empty()) return;
  for (const auto& [id, other] : now.slack.all.views) {
    if (id != own && other.open && other.app == now.app &&
        other.view.value("external_id", "") == external) {
      throw api_error("duplicate_external_id");
    }
  }
}

view_record& put_view(call& now, json view, const std::string& user, const view_record* below) {
  check_external_id(now, view, {});
  view_record made;
  made.id = now.slack.all.ids.next('V');
  made.team_id = now.team();
  made.app = now.app;
  made.user = user;
  made.root = below != nullptr ? below->root : made.id;
  made.previous = below != nullptr ? below->id : "";
  made.hash = std::to_string(now.slack.next_ts()) + "." + identifiers::secret(8);
  made.view = std::move(view);
  const std::string id = made.id;
  return now.slack.all.views.emplace(id, std::move(made)).first->second;
}

view_record* top_of(call& now, const std::string& user) {
  view_record* top = nullptr;
  for (auto& [id, view] : now.slack.all.views) {
    if (view.open && view.app == now.app && view.user == user && view.view["type"] == "modal" &&
        (top == nullptr || view.id > top->id)) {
      top = &view;
    }
  }
  return top;
}

json views_open(call& now) {
  json view = given_view(now, "modal");
  const trigger_record trigger =
      now.slack.interactions.use_trigger(*now.app, now.args.needed("trigger_id"));
  return {{"view", shown(put_view(now, std::move(view), trigger.user, nullptr))}};
}

json views_push(call& now) {
  json view = given_view(now, "modal");
  const trigger_record trigger =
      now.slack.interactions.use_trigger(*now.app, now.args.needed("trigger_id"));
  const view_record* below = top_of(now, trigger.user);
  if (below == nullptr) throw api_error("not_found");
  std::size_t depth = 1;
  for (const view_record* one = below; !one->previous.empty();
       one = &now.slack.all.views.at(one->previous)) {
    ++depth;
  }
  if (depth >= 3) throw api_error("push_limit_reached");
  return {{"view", shown(put_view(now, std::move(view), trigger.user, below))}};
}

json views_update(call& now) {
  json view = given_view(now, nullptr);
  view_record* found = nullptr;
  if (const auto id = now.args.text("view_id")) {
    const auto known = now.slack.all.views.find(*id);
    if (known != now.slack.all.views.end()) found = &known->second;
  } else {
    const std::string external = now.args.needed("external_id");
    for (auto& [key, one] : now.slack.all.views) {
      if (one.open && one.view.value("external_id", "") == external) found = &one;
    }
  }
  if (found == nullptr || !found->open || found->app != now.app) throw api_error("not_found");
  if (const auto hash = now.args.text("hash"); hash && *hash != found->hash) {
    throw api_error("hash_conflict");
  }
  if (view["type"] != found->view["type"]) {
    throw api_error::invalid_arguments("the type of a view cannot change");
  }
  check_external_id(now, view, found->id);
  found->view = std::move(view);
  found->hash = std::to_string(now.slack.next_ts()) + "." + identifiers::secret(8);
  return {{"view", shown(*found)}};
}

json views_publish(call& now) {
  const user_record& user = now.user("user_id");
  json view = given_view(now, "home");
  for (auto& [id, one] : now.slack.all.views) {
    if (one.app != now.app || one.user != user.id || one.view["type"] != "home") continue;
    if (const auto hash = now.args.text("hash"); hash && *hash != one.hash) {
      throw api_error("hash_conflict");
    }
    one.view = std::move(view);
    one.hash = std::to_string(now.slack.next_ts()) + "." + identifiers::secret(8);
    return {{"view", shown(one)}};
  }
  return {{"view", shown(put_view(now, std::move(view), user.id, nullptr))}};
}

}  // namespace

void add_view_methods(method_table& to) {
  to.emplace("views.open", method{views_open, true, 4, {}, {"trigger_id", "view"}});
  to.emplace("views.push", method{views_push, true, 4, {}, {"trigger_id", "view"}});
  to.emplace("views.update", method{views_update, true, 4, {}, {"view"}});
  to.emplace("views.publish", method{views_publish, true, 4, {}, {"user_id", "view"}});
}

}  // namespace mynah_test::slack
