// SPDX-License-Identifier: Apache-2.0
#include "web_api.hpp"

#include <algorithm>
#include <charconv>

#include "server.hpp"

namespace mynah_test::slack {

namespace {

std::string joined(const std::set<std::string>& words) {
  std::string made;
  for (const std::string& word : words) made += (made.empty() ? "" : ",") + word;
  return made;
}

std::string error_text(const std::string& error) {
  return json{{"ok", false}, {"error", error}}.dump();
}

http_reply limited_reply(int seconds) {
  http_reply reply;
  reply.status = 429;
  if (seconds >= 0) reply.headers = "retry-after: " + std::to_string(seconds) + "\r\n";
  reply.body = error_text("ratelimited");
  return reply;
}

/// What a limit is counted for: the method, and for posting the channel too.
std::string limited_thing(std::string_view name, const http_request& request) {
  std::string made(name);
  if (name != "chat.postMessage") return made;
  try {
    const auto given = arguments::of(request.query, request.content_type, request.body, true);
    made += "#" + given.text("channel").value_or("");
  } catch (const api_error&) {
    // The answer is the same for what cannot be read.
    made += "#";
  }
  return made;
}

std::string prefix_of(channel_kind kind) {
  switch (kind) {
    case channel_kind::public_channel:
      return "channels:";
    case channel_kind::private_channel:
      return "groups:";
    case channel_kind::im:
      return "im:";
    case channel_kind::mpim:
      return "mpim:";
  }
  return "";
}

}  // namespace

const std::set<std::string>& all_bot_scopes() {
  static const std::set<std::string> scopes = {"app_mentions:read",
                                               "assistant:write",
                                               "bookmarks:read",
                                               "bookmarks:write",
                                               "channels:history",
                                               "channels:join",
                                               "channels:manage",
                                               "channels:read",
                                               "channels:write.invites",
                                               "channels:write.topic",
                                               "chat:write",
                                               "chat:write.customize",
                                               "chat:write.public",
                                               "commands",
                                               "files:read",
                                               "files:write",
                                               "groups:history",
                                               "groups:read",
                                               "groups:write",
                                               "groups:write.invites",
                                               "groups:write.topic",
                                               "im:history",
                                               "im:read",
                                               "im:write",
                                               "im:write.topic",
                                               "metadata.message:read",
                                               "mpim:history",
                                               "mpim:read",
                                               "mpim:write",
                                               "mpim:write.topic",
                                               "pins:read",
                                               "pins:write",
                                               "reactions:read",
                                               "reactions:write",
                                               "team:read",
                                               "usergroups:read",
                                               "users:read",
                                               "users:read.email"};
  return scopes;
}

// ---- a call

void call::warn(const std::string& warning) {
  if (std::find(args.warnings.begin(), args.warnings.end(), warning) == args.warnings.end()) {
    args.warnings.push_back(warning);
  }
}

bool call::has_scope(std::string_view scope) const {
  return installed != nullptr && installed->scopes.contains(std::string(scope));
}

void call::need_scope(std::initializer_list<std::string_view> any_of) const {
  std::string needed;
  for (const std::string_view scope : any_of) {
    if (has_scope(scope)) return;
    needed += (needed.empty() ? "" : ",") + std::string(scope);
  }
  throw api_error("missing_scope", {{"needed", needed}, {"provided", joined(installed->scopes)}});
}

void call::need_channel_scope(const channel_record& channel, std::string_view right) const {
  const std::string scope = prefix_of(channel.kind) + std::string(right);
  need_scope({scope});
}

bool call::visible(const channel_record& channel) const {
  return channel.kind == channel_kind::public_channel || channel.has(bot());
}

channel_record& call::channel(std::string_view argument) {
  channel_record* found = slack.all.find_channel(team(), args.needed(argument));
  if (found == nullptr || !visible(*found)) throw api_error("channel_not_found");
  return *found;
}

channel_record& call::own_channel(std::string_view argument) {
  channel_record& found = channel(argument);
  if (!found.has(bot())) throw api_error("not_in_channel");
  return found;
}

message_record& call::message(channel_record& in, std::string_view argument) {
  message_record* found = world::find_message(in, args.needed(argument));
  if (found == nullptr) throw api_error("message_not_found");
  return *found;
}

user_record& call::user(std::string_view argument) {
  user_record* found = slack.all.find_user(team(), args.needed(argument));
  if (found == nullptr) throw api_error("user_not_found");
  return *found;
}

page page_of(call& of, std::size_t items, std::int64_t otherwise, std::int64_t largest) {
  constexpr std::string_view mark = "dGVhbTpD";
  const std::int64_t limit = of.args.number("limit", otherwise);
  if (limit < 1 || limit > largest) throw api_error("invalid_limit");
  page made;
  if (const auto cursor = of.args.text("cursor")) {
    std::size_t at = 0;
    const std::string_view text = *cursor;
    const bool ours = text.starts_with(mark) && text.ends_with("==");
    const std::string_view number =
        ours ? text.substr(mark.size(), text.size() - mark.size() - 2) : std::string_view();
    const auto read = std::from_chars(number.data(), number.data() + number.size(), at);
    if (!ours || read.ec != std::errc() || read.ptr != number.data() + number.size()) {
      throw api_error("invalid_cursor");
    }
    // Odd pages: twice the position, plus one on a page that is to be empty.
    made.begin = at / 2;
    if (at % 2 == 1) {
      made.end = made.begin;
      made.next_cursor = std::string(mark) + std::to_string(at - 1) + "==";
      return made;
    }
  }
  made.begin = std::min(made.begin, items);
  std::size_t size = static_cast<std::size_t>(limit);
  const bool odd = of.slack.how.odd_pages;
  // A page may hold fewer than asked for.
  if (odd && size > 2 && made.begin + size < items) --size;
  made.end = std::min(items, made.begin + size);
  if (made.end < items) {
    const bool empty_next = odd && made.begin == 0;
    made.next_cursor =
        std::string(mark) + std::to_string(made.end * 2 + (empty_next ? 1 : 0)) + "==";
  }
  return made;
}

void put_cursor(json& answer, const page& shown) {
  answer["response_metadata"]["next_cursor"] = shown.next_cursor;
}

// ---- the Web API

web_api::web_api(server& owner) : owner_(owner) {
  add_identity_methods(methods_);
  add_chat_methods(methods_);
  add_stream_methods(methods_);
  add_conversation_methods(methods_);
  add_history_methods(methods_);
  add_user_methods(methods_);
  add_usergroup_methods(methods_);
  add_reaction_methods(methods_);
  add_pin_methods(methods_);
  add_bookmark_methods(methods_);
  add_view_methods(methods_);
  add_file_methods(methods_);
  add_assistant_methods(methods_);
}

http_reply web_api::handle(std::string_view name, const http_request& request) {
  const auto trouble = owner_.troubles.take(name);
  if (!trouble) return run(name, request);
  http_reply reply;
  switch (trouble->kind) {
    case fault_kind::rate_limited:
      if (trouble->retry_after > 0) {
        owner_.limits.block("injected " + limited_thing(name, request),
                            std::chrono::seconds(trouble->retry_after), owner_.time.now());
      }
      ++owner_.call_counts[std::string(name)];
      owner_.record({{"method", name}, {"ok", false}, {"error", "ratelimited"}, {"status", 429}});
      return limited_reply(trouble->retry_after);
    case fault_kind::rate_limited_200:
      reply.body = error_text("ratelimited");
      break;
    case fault_kind::server_error:
      reply.status = trouble->status;
      reply.content_type = "text/html";
      reply.body = "<html><head><title>Error</title></head><body>Something broke</body></html>";
      break;
    case fault_kind::cut_before:
      reply.how = http_reply::way::cut;
      break;
    case fault_kind::cut_after:
      reply = run(name, request);
      reply.how = http_reply::way::cut;
      return reply;
    case fault_kind::cut_answer:
      reply = run(name, request);
      reply.how = http_reply::way::cut_answer;
      return reply;
    case fault_kind::hang:
      reply.how = http_reply::way::hang;
      break;
    case fault_kind::hang_after:
      reply = run(name, request);
      reply.how = http_reply::way::hang;
      return reply;
    case fault_kind::slow:
      reply = run(name, request);
      reply.delay = trouble->delay;
      return reply;
    case fault_kind::api_error:
      reply.body = error_text(trouble->text);
      break;
    case fault_kind::redirect:
      reply.status = 302;
      reply.headers = "location: " + trouble->text + "\r\n";
      reply.body = "";
      break;
    case fault_kind::garbage:
      reply.body = trouble->text;
      break;
    case fault_kind::huge:
      reply = run(name, request);
      reply.body.pop_back();
      reply.body += R"(,"padding":")" + std::string(trouble->size, 'x') + "\"}";
      return reply;
  }
  ++owner_.call_counts[std::string(name)];
  owner_.record({{"method", name}, {"fault", true}, {"status", reply.status}});
  return reply;
}

http_reply web_api::run(std::string_view name, const http_request& request) {
  http_reply reply;
  ++owner_.call_counts[std::string(name)];
  json answer;
  json arguments_seen;
  std::string token_kind;
  const auto limited = [&](int seconds) {
    reply = limited_reply(seconds);
    if (owner_.how.recorded_calls != 0) {
      owner_.record({{"method", name},
                     {"arguments", arguments_seen},
                     {"ok", false},
                     {"error", "ratelimited"},
                     {"status", 429},
                     {"connection", request.connection}});
    }
    return reply;
  };
  try {
    const auto found = methods_.find(name);
    if (found == methods_.end()) throw api_error("unknown_method");
    const method& what = found->second;
    if (request.method != "POST" && request.method != "GET") throw api_error("invalid_post_type");
    if (request.method == "GET" && (what.post_only || !request.body.empty())) {
      throw api_error("method_not_supported_for_get");
    }
    call now(owner_, what,
             arguments::of(request.query, request.content_type, request.body, what.json_body));
    if (owner_.how.recorded_calls != 0) arguments_seen = now.args.all();
    // Apps of today may give their token in the header only. (Bolt has it in the form as well.)
    if (now.args.token_in_query || (now.args.token_in_body && request.authorization.empty())) {
      owner_.violation("token_outside_header", std::string(name));
      if (now.args.token_in_query) throw api_error("invalid_auth");
    }
    if (name != "api.test") {
      constexpr std::string_view scheme = "Bearer ";
      if (!request.authorization.starts_with(scheme)) throw api_error("not_authed");
      const std::string token(request.authorization.substr(scheme.size()));
      if (token.empty()) throw api_error("not_authed");
      const auto who = owner_.all.tokens.find(token);
      if (who == owner_.all.tokens.end()) throw api_error("invalid_auth");
      now.app = who->second.app;
      now.installed = who->second.installed;
      token_kind = now.installed != nullptr ? "bot" : "app";
      const std::string& error = now.installed != nullptr ? now.installed->error : now.app->error;
      if (!error.empty()) throw api_error(error);
      const bool app_token = now.installed == nullptr;
      if (app_token != what.app_token) throw api_error("not_allowed_token_type");
      if (!app_token) reply.headers = "x-oauth-scopes: " + joined(now.installed->scopes) + "\r\n";
      const std::string who_key = app_token ? now.app->id : now.installed->bot_token;
      std::string key(name);
      if (what.tier == 0) key += "#" + now.args.text("channel").value_or("");
      const auto blocked = [&](const std::string& limit) -> std::optional<int> {
        const auto wait = owner_.limits.is_blocked(limit, owner_.time.now());
        if (!wait) return std::nullopt;
        if (wait->early) owner_.violation("retried_early", std::string(name));
        return wait->seconds;
      };
      if (const auto wait = blocked("injected " + key)) return limited(*wait);
      if (owner_.how.rate_limits) {
        key += "#" + who_key;
        if (const auto wait = blocked(key)) return limited(*wait);
        const allowance allowed = what.tier == 0 ? allowance{60, 5} : tier(what.tier);
        if (const auto wait = owner_.limits.refuse(key, allowed, owner_.time.now())) {
          return limited(*wait);
        }
        if (what.tier == 0) {
          const std::string all_posts = "posts of " + who_key;
          if (const auto wait = owner_.limits.refuse(all_posts, {400, 400}, owner_.time.now())) {
            return limited(*wait);
          }
        }
      }
      if (!what.scopes.empty()) {
        const bool any = std::any_of(what.scopes.begin(), what.scopes.end(),
                                     [&](std::string_view scope) { return now.has_scope(scope); });
        if (!any) {
          std::string needed;
          for (const std::string_view scope : what.scopes) {
            needed += (needed.empty() ? "" : ",") + std::string(scope);
          }
          throw api_error("missing_scope",
                          {{"needed", needed}, {"provided", joined(now.installed->scopes)}});
        }
      }
    }
    for (const std::string_view field : what.fields) (void)now.args.needed(field);
    answer = what.run(now);
    answer["ok"] = true;
    if (!now.args.warnings.empty()) {
      std::string all;
      for (const std::string& one : now.args.warnings) all += (all.empty() ? "" : ",") + one;
      answer["warning"] = all;
      answer["response_metadata"]["warnings"] = now.args.warnings;
    }
  } catch (const api_error& error) {
    answer = error.more;
    answer["ok"] = false;
    answer["error"] = error.error;
  }
  if (owner_.how.recorded_calls != 0) {
    json seen = {{"method", name},
                 {"arguments", std::move(arguments_seen)},
                 {"ok", answer["ok"]},
                 {"status", 200},
                 {"token_kind", token_kind},
                 {"content_type", request.content_type},
                 {"connection", request.connection},
                 {"at", static_cast<double>(owner_.time.wall()) / 1e6}};
    if (answer.contains("error")) seen["error"] = answer["error"];
    owner_.record(std::move(seen));
  }
  reply.body = answer.dump(-1, ' ', false, json::error_handler_t::replace);
  return reply;
}

}  // namespace mynah_test::slack
