// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "arguments.hpp"
#include "http_message.hpp"
#include "rate_limits.hpp"
#include "world.hpp"

namespace mynah_test::slack {

class server;
struct method;

/// One call of a Web API method.
class call {
 public:
  call(server& slack, const method& what, arguments args)
      : slack(slack), what(what), args(std::move(args)) {}

  server& slack;
  const method& what;
  arguments args;
  app_record* app = nullptr;
  /// Null for an app-level token.
  installation_record* installed = nullptr;

  [[nodiscard]] const std::string& team() const { return installed->team_id; }
  [[nodiscard]] const std::string& bot() const { return installed->bot_user; }
  void warn(const std::string& warning);
  /// Throws missing_scope unless the token has one of them.
  void need_scope(std::initializer_list<std::string_view> any_of) const;
  [[nodiscard]] bool has_scope(std::string_view scope) const;
  /// The scope with this beginning for that kind of channel: "channels:", "groups:", "im:",
  /// "mpim:".
  void need_channel_scope(const channel_record& channel, std::string_view right) const;

  /// The channel named by an argument, which the bot may see. Throws channel_not_found.
  [[nodiscard]] channel_record& channel(std::string_view argument = "channel");
  /// The same, of which the bot must be a member.
  [[nodiscard]] channel_record& own_channel(std::string_view argument = "channel");
  /// Whether the bot can see it at all.
  [[nodiscard]] bool visible(const channel_record& channel) const;
  [[nodiscard]] message_record& message(channel_record& in, std::string_view argument);
  [[nodiscard]] user_record& user(std::string_view argument);
};

struct method {
  json (*run)(call&);
  /// Takes a JSON body.
  bool json_body = false;
  /// 1 to 4, 5 for hundreds a minute, 0: chat.postMessage's own.
  int tier = 3;
  /// One of them is needed; empty: none, or the method looks itself.
  std::vector<std::string_view> scopes = {};
  /// Fields that must be there.
  std::vector<std::string_view> fields = {};
  bool app_token = false;
  bool post_only = false;
};

using method_table = std::unordered_map<std::string_view, method>;

/// What each family brings.
void add_identity_methods(method_table& to);
void add_chat_methods(method_table& to);
void add_stream_methods(method_table& to);
void add_conversation_methods(method_table& to);
void add_history_methods(method_table& to);
void add_user_methods(method_table& to);
void add_usergroup_methods(method_table& to);
void add_reaction_methods(method_table& to);
void add_pin_methods(method_table& to);
void add_bookmark_methods(method_table& to);
void add_view_methods(method_table& to);
void add_file_methods(method_table& to);
void add_assistant_methods(method_table& to);

/// What a bot may be allowed.
[[nodiscard]] const std::set<std::string>& all_bot_scopes();

/// A page of a list: which items, and the cursor behind them.
struct page {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::string next_cursor;
};
[[nodiscard]] page page_of(call& of, std::size_t items, std::int64_t otherwise,
                           std::int64_t largest);
/// {"response_metadata": {"next_cursor": ...}} into an answer.
void put_cursor(json& answer, const page& shown);

/// The Web API as a whole: who calls, whether they may, how often, and what goes wrong.
class web_api {
 public:
  explicit web_api(server& owner);
  http_reply handle(std::string_view name, const http_request& request);

 private:
  http_reply run(std::string_view name, const http_request& request);

  server& owner_;
  method_table methods_;
};

}  // namespace mynah_test::slack
