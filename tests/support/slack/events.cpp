// SPDX-License-Identifier: Apache-2.0
#include "events.hpp"

#include <array>
#include <cstdio>
#include <memory>

#include "server.hpp"

namespace mynah_test::slack {

namespace {

struct channel_words {
  const char* type;
  const char* subscription;
  const char* scope;
};

channel_words words_of(channel_kind kind) {
  switch (kind) {
    case channel_kind::public_channel:
      return {"channel", "message.channels", "channels:history"};
    case channel_kind::private_channel:
      return {"group", "message.groups", "groups:history"};
    case channel_kind::im:
      return {"im", "message.im", "im:history"};
    case channel_kind::mpim:
      return {"mpim", "message.mpim", "mpim:history"};
  }
  return {"", "", ""};
}

std::string dumped(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What Slack's own clients add to what is typed.
json typed_blocks(const std::string& text) {
  return json::array(
      {{{"type", "rich_text"},
        {"block_id", "typed"},
        {"elements",
         json::array({{{"type", "rich_text_section"},
                       {"elements", json::array({{{"type", "text"}, {"text", text}}})}}})}}});
}

/// The event of what a person typed, `mention`: as app_mention. By hand, for load tests send little
/// else, and a JSON object costs several times as much.
std::string typed_event(const channel_record& in, const message_record& message, const char* type,
                        bool mention) {
  const std::string ts = to_ts(message.key);
  const std::string text = dumped(message.text);
  std::string made;
  made.reserve(2 * text.size() + 512);
  made += mention ? R"({"type":"app_mention")" : R"({"type":"message","channel_type":")";
  if (!mention) made.append(type).append("\"");
  made.append(R"(,"channel":")").append(in.id);
  made.append(R"(","user":")").append(message.user);
  made.append(R"(","text":)").append(text);
  made.append(R"(,"ts":")").append(ts);
  made.append(R"(","event_ts":")").append(ts);
  made.append(R"(","team":")").append(in.team_id);
  if (!message.client_msg_id.empty()) {
    made.append(R"(","client_msg_id":")").append(message.client_msg_id);
  }
  made += R"(","blocks":[{"type":"rich_text","block_id":"typed","elements":)";
  made += R"([{"type":"rich_text_section","elements":[{"type":"text","text":)";
  made.append(text).append("}]}]}]}");
  return made;
}

}  // namespace

bool events::counts_one_more(installation_record& to) {
  if (!owner_.how.rate_limits) return true;
  const auto now = owner_.time.now();
  hour& mine = hours_.try_emplace(&to, hour{now}).first->second;
  if (now - mine.begun >= std::chrono::hours(1)) mine = hour{now};
  if (++mine.sent <= owner_.how.events_per_hour) return true;
  const std::uint64_t minute = static_cast<std::uint64_t>(owner_.time.wall()) / 60'000'000;
  if (mine.told_minute == minute) return false;
  mine.told_minute = minute;
  send_rate_limited(*to.app, to.team_id);
  return false;
}

std::string events::wrap_and_send(installation_record& to, const std::string& event,
                                  bool ext_shared) {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "Ev%09llu", static_cast<unsigned long long>(++last_));
  const auto& workspace = owner_.all.workspaces.at(to.team_id);
  const std::string enterprise =
      workspace.facts.enterprise_id.empty() ? "null" : '"' + workspace.facts.enterprise_id + '"';
  delivery made;
  made.kind = delivery_kind::event;
  made.app = to.app;
  made.id = name.data();
  std::string text;
  text.reserve(event.size() + 512);
  text += R"({"token":"ignore","type":"event_callback","team_id":")" + to.team_id +
          R"(","context_team_id":")" + to.team_id + R"(","context_enterprise_id":)" + enterprise +
          R"(,"api_app_id":")" + to.app->id + R"(","event":)";
  text += event;
  text += R"(,"event_id":")" + made.id + R"(","event_time":)" +
          std::to_string(owner_.time.wall() / 1'000'000) + R"(,"event_context":"4-)" + made.id +
          R"(","authorizations":[{"enterprise_id":)" + enterprise + R"(,"team_id":")" + to.team_id +
          R"(","user_id":")" + to.bot_user +
          R"(","is_bot":true,"is_enterprise_install":false}],"is_ext_shared_channel":)" +
          (ext_shared ? "true" : "false") + "}";
  made.payload = std::make_shared<const std::string>(std::move(text));
  std::string id = made.id;
  if (counts_one_more(to)) owner_.out.send(std::move(made));
  return id;
}

void events::to_members(channel_record& in, const std::string& subscription, std::string_view scope,
                        const json& event) {
  send_text(in, subscription, scope, dumped(event));
}

void events::send_text(channel_record& in, const std::string& subscription, std::string_view scope,
                       const std::string& event) {
  for (const auto& [id, app] : owner_.all.apps) {
    if (!app->facts.events.contains(subscription)) continue;
    installation_record* installed = app->in(in.team_id);
    if (installed == nullptr || !installed->error.empty() || !in.has(installed->bot_user)) continue;
    if (!installed->scopes.contains(std::string(scope))) continue;
    wrap_and_send(*installed, event, in.is_ext_shared);
  }
}

void events::posted(channel_record& in, const message_record& message, bool mention_first) {
  const channel_words words = words_of(in.kind);
  const auto author = owner_.all.users.find(message.user);
  const bool stranger = author != owner_.all.users.end() && author->second.team_id != in.team_id;
  const bool typed = message.blocks.is_null() && message.files.is_null() &&
                     message.attachments.is_null() && message.bot_id.empty() &&
                     message.subtype.empty() && message.thread == 0 && !message.text.empty() &&
                     !message.user.empty() && !stranger;
  json event;
  if (!typed) {
    event = message_json(owner_.all, in, message, false);
    event["channel"] = in.id;
    event["channel_type"] = words.type;
    event["event_ts"] = event["ts"];
    if (message.blocks.is_null() && message.bot_id.empty() && message.subtype.empty() &&
        !message.text.empty()) {
      event["blocks"] = typed_blocks(message.text);
    }
    if (stranger) {
      event["user_team"] = author->second.team_id;
      event["source_team"] = author->second.team_id;
      event["team"] = author->second.team_id;
    }
  }
  const std::string text = typed ? typed_event(in, message, words.type, false) : dumped(event);
  const auto mention = [&] {
    if (in.kind == channel_kind::im || message.text.find("<@") == std::string::npos) return;
    if (!message.subtype.empty() && message.subtype != "file_share" &&
        message.subtype != "thread_broadcast") {
      return;
    }
    std::string mentioned;
    for (const auto& [id, app] : owner_.all.apps) {
      installation_record* installed = app->in(in.team_id);
      if (installed == nullptr || !installed->error.empty() || !in.has(installed->bot_user)) {
        continue;
      }
      if (!app->facts.events.contains("app_mention") ||
          !installed->scopes.contains("app_mentions:read") || message.user == installed->bot_user) {
        continue;
      }
      if (message.text.find("<@" + installed->bot_user + ">") == std::string::npos &&
          message.text.find("<@" + installed->bot_user + "|") == std::string::npos) {
        continue;
      }
      if (mentioned.empty() && typed) {
        mentioned = typed_event(in, message, words.type, true);
      } else if (mentioned.empty()) {
        event["type"] = "app_mention";
        event.erase("channel_type");
        event.erase("subtype");
        mentioned = dumped(event);
      }
      wrap_and_send(*installed, mentioned, in.is_ext_shared);
    }
  };
  if (mention_first) mention();
  send_text(in, words.subscription, words.scope, text);
  if (!mention_first) mention();
}

void events::message_event(channel_record& in, json event) {
  const channel_words words = words_of(in.kind);
  event["type"] = "message";
  event["channel"] = in.id;
  event["channel_type"] = words.type;
  if (!event.contains("ts")) event["ts"] = to_ts(owner_.next_ts());
  event["event_ts"] = event["ts"];
  to_members(in, words.subscription, words.scope, event);
}

void events::edited(channel_record& in, const message_record& message, const json& previous) {
  message_event(in, {{"subtype", "message_changed"},
                     {"hidden", true},
                     {"message", message_json(owner_.all, in, message, false)},
                     {"previous_message", previous}});
}

void events::erased(channel_record& in, const json& previous) {
  message_event(in, {{"subtype", "message_deleted"},
                     {"hidden", true},
                     {"deleted_ts", previous["ts"]},
                     {"previous_message", previous}});
}

void events::reaction(channel_record& in, const message_record& message, const std::string& user,
                      const std::string& name, bool added) {
  const std::string type = added ? "reaction_added" : "reaction_removed";
  json event = {{"type", type},
                {"user", user},
                {"reaction", name},
                {"item", {{"type", "message"}, {"channel", in.id}, {"ts", to_ts(message.key)}}},
                {"event_ts", to_ts(owner_.next_ts())}};
  if (!message.user.empty()) event["item_user"] = message.user;
  to_members(in, type, "reactions:read", event);
}

void events::member(channel_record& in, const std::string& user, bool joined) {
  if (in.direct()) return;
  const bool open = in.kind == channel_kind::public_channel;
  const std::string type = joined ? "member_joined_channel" : "member_left_channel";
  to_members(in, type, open ? "channels:read" : "groups:read",
             {{"type", type},
              {"user", user},
              {"channel", in.id},
              {"channel_type", open ? "C" : "G"},
              {"team", in.team_id},
              {"event_ts", to_ts(owner_.next_ts())}});
}

void events::everywhere(const std::string& team, const std::string& subscription,
                        std::string_view scope, const json& event) {
  for (const auto& [id, app] : owner_.all.apps) {
    installation_record* installed = app->in(team);
    if (installed == nullptr || !installed->error.empty()) continue;
    if (!app->facts.events.contains(subscription)) continue;
    if (!scope.empty() && !installed->scopes.contains(std::string(scope))) continue;
    wrap_and_send(*installed, dumped(event), false);
  }
}

std::string events::send(app_record& app, const std::string& team, const json& event) {
  installation_record* installed = app.in(team);
  if (installed == nullptr) throw std::invalid_argument(app.id + " is not installed in " + team);
  return wrap_and_send(*installed, dumped(event), false);
}

void events::send_rate_limited(app_record& app, const std::string& team) {
  // The minute in which it began.
  const auto seconds = owner_.time.wall() / 1'000'000;
  send_bare(app, {{"token", "ignore"},
                  {"type", "app_rate_limited"},
                  {"team_id", team},
                  {"minute_rate_limited", seconds - seconds % 60},
                  {"api_app_id", app.id}});
}

void events::send_bare(app_record& app, const json& payload) {
  delivery made;
  made.app = &app;
  made.id = "Ev-bare-" + std::to_string(++last_);
  made.payload = std::make_shared<const std::string>(dumped(payload));
  owner_.out.send(std::move(made));
}

}  // namespace mynah_test::slack
