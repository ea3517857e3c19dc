// SPDX-License-Identifier: Apache-2.0
#include "interactions.hpp"

#include <algorithm>
#include <stdexcept>

#include "block_rules.hpp"
#include "server.hpp"

namespace mynah_test::slack {

namespace {

constexpr auto trigger_life = std::chrono::seconds(3);
constexpr auto response_life = std::chrono::minutes(30);
constexpr int response_posts = 5;

http_reply plain(int status, std::string body) {
  http_reply reply;
  reply.status = status;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::move(body);
  return reply;
}

/// The option with that value, of a select's or an overflow's.
json find_option(const json& element, const std::string& value) {
  json lists = json::array();
  if (element.contains("options")) lists.push_back(element["options"]);
  if (element.contains("option_groups")) {
    for (const json& group : element["option_groups"]) lists.push_back(group["options"]);
  }
  for (const json& list : lists) {
    for (const json& option : list) {
      if (option["value"] == value) return option;
    }
  }
  return nullptr;
}

/// What a user did with an element.
json action_of(const json& element, const std::string& block_id, const std::string& value,
               const std::string& ts) {
  const std::string type = element["type"];
  json action = {{"type", type},
                 {"action_id", element["action_id"]},
                 {"block_id", block_id},
                 {"action_ts", ts}};
  if (type == "button") {
    if (!value.empty() && element.value("value", "") != value) {
      throw std::invalid_argument("the button's value is not " + value);
    }
    action["text"] = element["text"];
    if (element.contains("value")) action["value"] = element["value"];
    if (element.contains("style")) action["style"] = element["style"];
  } else if (type == "static_select" || type == "overflow" || type == "radio_buttons") {
    action["selected_option"] = find_option(element, value);
    if (action["selected_option"].is_null()) {
      throw std::invalid_argument("there is no option " + value);
    }
  } else if (type == "multi_static_select" || type == "checkboxes") {
    const json option = find_option(element, value);
    if (!value.empty() && option.is_null()) {
      throw std::invalid_argument("there is no option " + value);
    }
    action["selected_options"] = value.empty() ? json::array() : json::array({option});
  } else if (type == "external_select") {
    action["selected_option"] = {{"text", {{"type", "plain_text"}, {"text", value}}},
                                 {"value", value}};
  } else if (type == "users_select") {
    action["selected_user"] = value;
  } else if (type == "conversations_select") {
    action["selected_conversation"] = value;
  } else if (type == "channels_select") {
    action["selected_channel"] = value;
  } else if (type == "datepicker") {
    action["selected_date"] = value;
  } else if (type == "timepicker") {
    action["selected_time"] = value;
  } else {
    action["value"] = value;
  }
  return action;
}

/// A stored view as payloads show it.
json payload_view(const view_record& record) {
  json made = record.view;
  made["id"] = record.id;
  made["team_id"] = record.team_id;
  made["app_id"] = record.app->id;
  made["hash"] = record.hash;
  made["root_view_id"] = record.root;
  made["previous_view_id"] = record.previous.empty() ? json(nullptr) : json(record.previous);
  for (const char* name : {"private_metadata", "callback_id", "external_id"}) {
    if (!made.contains(name)) made[name] = "";
  }
  if (!made.contains("state")) made["state"] = {{"values", json::object()}};
  return made;
}

}  // namespace

json find_element(const json& blocks, const std::string& action_id, const std::string& block_id,
                  std::string* found_in) {
  if (!blocks.is_array()) return nullptr;
  for (const json& block : blocks) {
    if (!block_id.empty() && block.value("block_id", "") != block_id) continue;
    json elements = json::array();
    if (block.contains("elements") && block["type"] == "actions") elements = block["elements"];
    if (block.contains("accessory")) elements.push_back(block["accessory"]);
    if (block.contains("element")) elements.push_back(block["element"]);
    for (const json& element : elements) {
      if (element.value("action_id", "") != action_id) continue;
      if (found_in != nullptr) *found_in = block.value("block_id", "");
      return element;
    }
  }
  return nullptr;
}

std::string interactions::make_trigger(app_record& app, const std::string& team,
                                       const std::string& user) {
  std::string id = std::to_string(owner_.next_ts()) + "." + identifiers::secret(16);
  // Old ones are kept, for what is answered differs from that for an unknown one.
  triggers_.emplace(id, trigger_record{&app, team, user, owner_.time.now()});
  return id;
}

std::string interactions::make_response_url(app_record& app, const std::string& team,
                                            const std::string& channel, const std::string& user,
                                            const std::string& ts) {
  const std::string key = "/" + std::string(ts.empty() ? "commands" : "actions") + "/" + team +
                          "/" + std::to_string(owner_.next_ts()) + "/" + identifiers::secret(24);
  responses_.emplace(key, response_record{&app, team, channel, user, ts, owner_.time.now()});
  return "https://" + owner_.how.websocket_host + ":" + std::to_string(owner_.port()) + key;
}

interaction interactions::send(app_record& app, delivery_kind kind, json payload,
                               bool accepts_payload, interaction made) {
  made.id = "Ia" + std::to_string(owner_.next_ts());
  outcome fresh;
  if (!made.response_url.empty()) {
    fresh.response_key = made.response_url.substr(made.response_url.find('/', 8));
  }
  if (payload.contains("view")) fresh.view = payload["view"].value("id", "");
  outcomes_.emplace(made.id, std::move(fresh));
  delivery what;
  what.kind = kind;
  what.app = &app;
  what.id = made.id;
  what.accepts_payload = accepts_payload;
  what.payload = std::make_shared<const std::string>(
      payload.dump(-1, ' ', false, json::error_handler_t::replace));
  owner_.out.send(std::move(what));
  return made;
}

json interactions::common(app_record& app, const std::string& team, const std::string& user) {
  const workspace_record& in = owner_.all.workspace(team);
  const user_record& who = owner_.all.user(user);
  json made = {{"user",
                {{"id", user},
                 {"username", who.facts.name},
                 {"name", who.facts.name},
                 {"team_id", who.team_id}}},
               {"team", {{"id", team}, {"domain", in.facts.domain}}},
               {"enterprise", nullptr},
               {"is_enterprise_install", false},
               {"api_app_id", app.id},
               {"token", "ignore"}};
  if (!in.facts.enterprise_id.empty()) {
    made["enterprise"] = {{"id", in.facts.enterprise_id}, {"name", in.facts.name}};
    made["team"]["enterprise_id"] = in.facts.enterprise_id;
  }
  return made;
}

interaction interactions::slash_command(app_record& app, channel_record& in,
                                        const std::string& user, const std::string& command,
                                        const std::string& text) {
  if (!app.facts.commands.empty() && !app.facts.commands.contains(command)) {
    throw std::invalid_argument("the app has no command " + command);
  }
  installation_record* installed = app.in(in.team_id);
  if (installed == nullptr || !installed->scopes.contains("commands")) {
    throw std::invalid_argument("the app has no commands there");
  }
  const workspace_record& team = owner_.all.workspace(in.team_id);
  interaction made;
  made.trigger_id = make_trigger(app, in.team_id, user);
  made.response_url = make_response_url(app, in.team_id, in.id, user, {});
  json payload = {{"token", "ignore"},
                  {"command", command},
                  {"text", text},
                  {"user_id", user},
                  {"user_name", owner_.all.user(user).facts.name},
                  {"channel_id", in.id},
                  {"channel_name", in.kind == channel_kind::im                ? "directmessage"
                                   : in.kind == channel_kind::private_channel ? "privategroup"
                                                                              : in.name},
                  {"team_id", in.team_id},
                  {"team_domain", team.facts.domain},
                  {"api_app_id", app.id},
                  {"is_enterprise_install", "false"},
                  {"trigger_id", made.trigger_id},
                  {"response_url", made.response_url}};
  if (!team.facts.enterprise_id.empty()) {
    payload["enterprise_id"] = team.facts.enterprise_id;
    payload["enterprise_name"] = team.facts.name;
  }
  return send(app, delivery_kind::slash_command, std::move(payload), true, made);
}

app_record& interactions::app_of_message(channel_record& in, const message_record& message) {
  installation_record* installed = owner_.all.installation_of_bot(message.bot_id);
  if (installed == nullptr) throw std::invalid_argument("the message in " + in.id + " is no app's");
  return *installed->app;
}

interaction interactions::press(channel_record& in, const std::string& ts, const std::string& user,
                                const std::string& action_id, const std::string& block_id,
                                const std::string& value) {
  const message_record* message = world::find_message(in, ts);
  json shown;
  json blocks;
  bool ephemeral = false;
  app_record* app = nullptr;
  if (message != nullptr) {
    shown = message_json(owner_.all, in, *message, false);
    blocks = message->blocks;
    app = &app_of_message(in, *message);
  } else {
    for (const json& one : ephemerals) {
      if (one.value("ts", "") != ts || one.value("shown_to", "") != user) continue;
      ephemeral = true;
      shown = one;
      blocks = one.value("blocks", json::array());
      installation_record* installed = owner_.all.installation_of_bot(one.value("bot_id", ""));
      if (installed != nullptr) app = installed->app;
    }
  }
  if (app == nullptr) throw std::invalid_argument("there is no message " + ts + " in " + in.id);
  std::string found_in;
  const json element = find_element(blocks, action_id, block_id, &found_in);
  if (element.is_null()) throw std::invalid_argument("the message has no element " + action_id);
  interaction made;
  made.trigger_id = make_trigger(*app, in.team_id, user);
  made.response_url = make_response_url(*app, in.team_id, in.id, user, ts);
  json payload = common(*app, in.team_id, user);
  payload["type"] = "block_actions";
  payload["container"] = {
      {"type", "message"}, {"message_ts", ts}, {"channel_id", in.id}, {"is_ephemeral", ephemeral}};
  if (message != nullptr && message->thread != 0) {
    payload["container"]["thread_ts"] = to_ts(message->thread);
  }
  payload["channel"] = {{"id", in.id},
                        {"name", in.kind == channel_kind::im ? "directmessage" : in.name}};
  if (!ephemeral) payload["message"] = std::move(shown);
  payload["state"] = {{"values", json::object()}};
  payload["response_url"] = made.response_url;
  payload["trigger_id"] = made.trigger_id;
  payload["actions"] = json::array({action_of(element, found_in, value, to_ts(owner_.next_ts()))});
  return send(*app, delivery_kind::interactive, std::move(payload), false, made);
}

interaction interactions::press_in_view(const std::string& view, const std::string& user,
                                        const std::string& action_id, const std::string& value) {
  const auto found = owner_.all.views.find(view);
  if (found == owner_.all.views.end() || !found->second.open || found->second.user != user) {
    throw std::invalid_argument("the user has no open view " + view);
  }
  view_record& record = found->second;
  std::string found_in;
  const json element = find_element(record.view["blocks"], action_id, {}, &found_in);
  if (element.is_null()) throw std::invalid_argument("the view has no element " + action_id);
  interaction made;
  made.trigger_id = make_trigger(*record.app, record.team_id, user);
  json payload = common(*record.app, record.team_id, user);
  payload["type"] = "block_actions";
  payload["container"] = {{"type", "view"}, {"view_id", view}};
  payload["view"] = payload_view(record);
  payload["trigger_id"] = made.trigger_id;
  payload["actions"] = json::array({action_of(element, found_in, value, to_ts(owner_.next_ts()))});
  return send(*record.app, delivery_kind::interactive, std::move(payload), false, made);
}

interaction interactions::submit_view(const std::string& view, const std::string& user,
                                      const json& values) {
  const auto found = owner_.all.views.find(view);
  if (found == owner_.all.views.end() || !found->second.open || found->second.user != user ||
      found->second.view["type"] != "modal") {
    throw std::invalid_argument("the user has no open modal " + view);
  }
  view_record& record = found->second;
  json state = json::object();
  for (const json& block : record.view["blocks"]) {
    if (block["type"] != "input") continue;
    const json& element = block["element"];
    const std::string block_id = block["block_id"];
    const std::string action_id = element["action_id"];
    const std::string type = element["type"];
    json given;
    if (values.contains(block_id) && values[block_id].contains(action_id)) {
      given = values[block_id][action_id];
    } else if (!block.value("optional", false)) {
      throw std::invalid_argument("the input " + block_id + " must be filled in");
    }
    if (given.is_object()) {
      given["type"] = type;
      state[block_id][action_id] = given;
    } else if (type.ends_with("_input")) {
      state[block_id][action_id] = {{"type", type}, {"value", given}};
    } else if (given.is_string()) {
      json action = action_of(element, block_id, given.get<std::string>(), "");
      for (const char* name : {"action_id", "block_id", "action_ts"}) action.erase(name);
      state[block_id][action_id] = std::move(action);
    } else {
      state[block_id][action_id] = {{"type", type}};
    }
  }
  interaction made;
  made.trigger_id = make_trigger(*record.app, record.team_id, user);
  json payload = common(*record.app, record.team_id, user);
  payload["type"] = "view_submission";
  payload["trigger_id"] = made.trigger_id;
  payload["view"] = payload_view(record);
  payload["view"]["state"] = {{"values", std::move(state)}};
  payload["response_urls"] = json::array();
  return send(*record.app, delivery_kind::interactive, std::move(payload), true, made);
}

interaction interactions::close_view(const std::string& view, const std::string& user) {
  const auto found = owner_.all.views.find(view);
  if (found == owner_.all.views.end() || !found->second.open || found->second.user != user) {
    throw std::invalid_argument("the user has no open view " + view);
  }
  view_record& record = found->second;
  record.open = false;
  if (!record.view.value("notify_on_close", false)) return {};
  json payload = common(*record.app, record.team_id, user);
  payload["type"] = "view_closed";
  payload["view"] = payload_view(record);
  payload["is_cleared"] = false;
  return send(*record.app, delivery_kind::interactive, std::move(payload), false, {});
}

interaction interactions::suggest(channel_record& in, const std::string& ts,
                                  const std::string& user, const std::string& action_id,
                                  const std::string& typed) {
  const message_record* message = world::find_message(in, ts);
  if (message == nullptr) throw std::invalid_argument("there is no message " + ts);
  app_record& app = app_of_message(in, *message);
  std::string found_in;
  const json element = find_element(message->blocks, action_id, {}, &found_in);
  if (element.is_null() ||
      element["type"].get<std::string>().find("external_select") == std::string::npos) {
    throw std::invalid_argument("the message has no external select " + action_id);
  }
  json payload = common(app, in.team_id, user);
  payload["type"] = "block_suggestion";
  payload["action_id"] = action_id;
  payload["block_id"] = found_in;
  payload["value"] = typed;
  payload["container"] = {{"type", "message"}, {"message_ts", ts}, {"channel_id", in.id}};
  payload["channel"] = {{"id", in.id}, {"name", in.name}};
  payload["message"] = message_json(owner_.all, in, *message, false);
  return send(app, delivery_kind::interactive, std::move(payload), true, {});
}

interaction interactions::global_shortcut(app_record& app, const std::string& user,
                                          const std::string& callback_id) {
  const std::string team = owner_.all.user(user).team_id;
  interaction made;
  made.trigger_id = make_trigger(app, team, user);
  json payload = common(app, team, user);
  payload["type"] = "shortcut";
  payload["callback_id"] = callback_id;
  payload["trigger_id"] = made.trigger_id;
  payload["action_ts"] = to_ts(owner_.next_ts());
  return send(app, delivery_kind::interactive, std::move(payload), false, made);
}

interaction interactions::message_shortcut(app_record& app, channel_record& in,
                                           const std::string& ts, const std::string& user,
                                           const std::string& callback_id) {
  const message_record* message = world::find_message(in, ts);
  if (message == nullptr) throw std::invalid_argument("there is no message " + ts);
  interaction made;
  made.trigger_id = make_trigger(app, in.team_id, user);
  made.response_url = make_response_url(app, in.team_id, in.id, user, ts);
  json payload = common(app, in.team_id, user);
  payload["type"] = "message_action";
  payload["callback_id"] = callback_id;
  payload["trigger_id"] = made.trigger_id;
  payload["response_url"] = made.response_url;
  payload["channel"] = {{"id", in.id}, {"name", in.name}};
  payload["message"] = message_json(owner_.all, in, *message, false);
  payload["message_ts"] = ts;
  payload["action_ts"] = to_ts(owner_.next_ts());
  return send(app, delivery_kind::interactive, std::move(payload), false, made);
}

void interactions::acknowledged(const delivery& what, const json& payload) {
  const auto found = outcomes_.find(what.id);
  if (found == outcomes_.end()) return;
  outcome& mine = found->second;
  mine.acknowledged = true;
  mine.payload = payload;
  if (what.kind == delivery_kind::slash_command && payload.is_object()) {
    response_record& where = responses_.at(mine.response_key);
    if (const std::string error = show(where, payload); !error.empty()) {
      owner_.violation("acknowledgement_payload", error);
    }
  } else if (!mine.view.empty() && what.accepts_payload) {
    act_on_view(mine.view, payload);
  }
}

void interactions::act_on_view(const std::string& id, const json& payload) {
  view_record& view = owner_.all.views.at(id);
  const std::string action =
      payload.is_object() ? payload.value("response_action", "") : std::string();
  try {
    if (action.empty()) {
      view.open = false;
    } else if (action == "errors") {
      if (!payload.contains("errors") || !payload["errors"].is_object() ||
          payload["errors"].empty()) {
        throw api_error("no errors in response_action errors");
      }
      for (const auto& [block_id, ignored] : payload["errors"].items()) {
        const json& blocks = view.view["blocks"];
        if (std::none_of(blocks.begin(), blocks.end(), [&](const json& block) {
              return block["type"] == "input" && block.value("block_id", "") == block_id;
            })) {
          throw api_error("there is no input block " + block_id);
        }
      }
      view.view["errors"] = payload["errors"];
    } else if (action == "clear") {
      for (auto& [key, one] : owner_.all.views) {
        if (one.root == view.root) one.open = false;
      }
    } else if (action == "update" || action == "push") {
      json fresh = checked_view(payload.value("view", json(nullptr)));
      if (action == "update") {
        view.view = std::move(fresh);
        view.hash = std::to_string(owner_.next_ts()) + "." + identifiers::secret(8);
      } else {
        view_record made = view;
        made.id = owner_.all.ids.next('V');
        made.previous = id;
        made.view = std::move(fresh);
        made.hash = std::to_string(owner_.next_ts()) + "." + identifiers::secret(8);
        const std::string key = made.id;
        owner_.all.views.emplace(key, std::move(made));
      }
    } else {
      throw api_error("unknown response_action " + action);
    }
  } catch (const api_error& error) {
    owner_.violation("acknowledgement_payload", error.error + " " + error.more.dump());
  }
}

void interactions::failed(const delivery& what, const std::string&) {
  const auto found = outcomes_.find(what.id);
  if (found != outcomes_.end()) found->second.failed = true;
}

json interactions::acknowledgement(const std::string& id) const {
  const auto found = outcomes_.find(id);
  if (found == outcomes_.end()) return nullptr;
  return {{"acknowledged", found->second.acknowledged},
          {"failed", found->second.failed},
          {"payload", found->second.payload}};
}

trigger_record interactions::use_trigger(app_record& app, const std::string& trigger_id) {
  const auto found = triggers_.find(trigger_id);
  if (found == triggers_.end() || found->second.app != &app) {
    throw api_error("invalid_trigger_id");
  }
  if (found->second.used) throw api_error("exchanged_trigger_id");
  if (owner_.time.now() - found->second.made > trigger_life) {
    throw api_error("expired_trigger_id");
  }
  found->second.used = true;
  return found->second;
}

std::string interactions::show(response_record& where, const json& body) {
  if (!body.is_object()) return "invalid_payload";
  channel_record& in = owner_.all.channel(where.channel);
  const bool replace = body.value("replace_original", false);
  const bool erase = body.value("delete_original", false);
  const std::string type = body.value("response_type", "ephemeral");
  if (type != "ephemeral" && type != "in_channel") return "invalid_response_type";
  json blocks;
  try {
    blocks = checked_blocks(body.value("blocks", json(nullptr)), surface::message);
  } catch (const api_error& error) {
    return error.error;
  }
  if (erase) {
    if (where.ts.empty()) return "no_original";
    if (const message_record* found = world::find_message(in, where.ts); found != nullptr) {
      const json previous = message_json(owner_.all, in, *found, false);
      in.messages.erase(found->key);
      owner_.happened.erased(in, previous);
    }
    std::erase_if(ephemerals.get_ref<json::array_t&>(),
                  [&](const json& one) { return one.value("ts", "") == where.ts; });
    return {};
  }
  const std::string text =
      body.contains("text") && body["text"].is_string() ? body["text"].get<std::string>() : "";
  if (text.empty() && (blocks.is_null() || blocks.empty()) && !body.contains("attachments")) {
    return "no_text";
  }
  installation_record* installed = where.app->in(where.team);
  message_record made;
  made.user = installed->bot_user;
  made.bot_id = installed->bot_id;
  made.text = text;
  made.blocks = blocks;
  made.attachments = body.value("attachments", json(nullptr));
  if (body.contains("thread_ts") && body["thread_ts"].is_string()) {
    made.thread = from_ts(body["thread_ts"].get<std::string>());
    if (!in.messages.contains(made.thread)) return "thread_not_found";
  }
  if (replace) {
    if (where.ts.empty()) return "no_original";
    if (message_record* found = world::find_message(in, where.ts); found != nullptr) {
      const json previous = message_json(owner_.all, in, *found, false);
      found->text = made.text;
      found->blocks = made.blocks;
      found->edited = true;
      found->edited_at = owner_.next_ts();
      owner_.happened.edited(in, *found, previous);
      return {};
    }
    for (json& one : ephemerals) {
      if (one.value("ts", "") != where.ts) continue;
      one["text"] = made.text;
      one["blocks"] = made.blocks;
      return {};
    }
    return "no_original";
  }
  if (type == "in_channel") {
    owner_.store(in, std::move(made));
    return {};
  }
  made.key = owner_.next_ts();
  json shown = message_json(owner_.all, in, made, false);
  shown["channel"] = in.id;
  shown["shown_to"] = where.user;
  ephemerals.push_back(std::move(shown));
  return {};
}

http_reply interactions::respond(const http_request& request) {
  if (const auto trouble = owner_.troubles.take("response_url")) {
    http_reply reply = plain(trouble->status, "<html>trouble</html>");
    if (trouble->kind == fault_kind::cut_before) reply.how = http_reply::way::cut;
    if (trouble->kind == fault_kind::hang) reply.how = http_reply::way::hang;
    if (trouble->kind == fault_kind::rate_limited) {
      reply = plain(429, "ratelimited");
      reply.headers = "retry-after: " + std::to_string(trouble->retry_after) + "\r\n";
    }
    return reply;
  }
  const auto found = responses_.find(std::string(request.path));
  if (found == responses_.end()) return plain(404, R"({"ok":false,"error":"invalid_url"})");
  if (request.method != "POST") return plain(405, "method not allowed");
  if (!request.authorization.empty()) {
    owner_.violation("token_to_response_url", std::string(request.path));
  }
  response_record& where = found->second;
  if (owner_.time.now() - where.made > response_life) {
    return plain(404, R"({"ok":false,"error":"expired_url"})");
  }
  if (where.posts >= response_posts) return plain(404, R"({"ok":false,"error":"used_url"})");
  if (!request.content_type.starts_with("application/json")) {
    return plain(400, "invalid_payload");
  }
  const json body = json::parse(request.body, nullptr, false);
  if (!body.is_object()) return plain(400, "invalid_payload");
  if (const std::string error = show(where, body); !error.empty()) {
    return plain(error == "invalid_payload" ? 400 : 500, error);
  }
  ++where.posts;
  responses.push_back({{"url", std::string(request.path)},
                       {"channel", where.channel},
                       {"user", where.user},
                       {"body", body}});
  return plain(200, "ok");
}

}  // namespace mynah_test::slack
