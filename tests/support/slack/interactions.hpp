// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>
#include <unordered_map>

#include "delivery.hpp"
#include "http_message.hpp"
#include "world.hpp"

namespace mynah_test::slack {

/// A trigger_id: what a user did a moment ago, which lets the app open a view.
struct trigger_record {
  app_record* app = nullptr;
  std::string team;
  std::string user;
  timeline::time_point made;
  bool used = false;
};

/// A response_url.
struct response_record {
  app_record* app = nullptr;
  std::string team;
  std::string channel;
  std::string user;
  /// Of the message whose button was pressed.
  std::string ts;
  timeline::time_point made;
  int posts = 0;
};

/// What users do besides writing: commands, buttons, views, shortcuts; trigger ids and response
/// URLs. Belongs to the emulator's thread.
class interactions {
 public:
  explicit interactions(server& owner) : owner_(owner) {}

  interaction slash_command(app_record& app, channel_record& in, const std::string& user,
                            const std::string& command, const std::string& text);
  interaction press(channel_record& in, const std::string& ts, const std::string& user,
                    const std::string& action_id, const std::string& block_id,
                    const std::string& value);
  interaction press_in_view(const std::string& view, const std::string& user,
                            const std::string& action_id, const std::string& value);
  interaction submit_view(const std::string& view, const std::string& user, const json& values);
  interaction close_view(const std::string& view, const std::string& user);
  interaction suggest(channel_record& in, const std::string& ts, const std::string& user,
                      const std::string& action_id, const std::string& typed);
  interaction global_shortcut(app_record& app, const std::string& user,
                              const std::string& callback_id);
  interaction message_shortcut(app_record& app, channel_record& in, const std::string& ts,
                               const std::string& user, const std::string& callback_id);

  void acknowledged(const delivery& what, const json& payload);
  void failed(const delivery& what, const std::string& reason);
  [[nodiscard]] json acknowledgement(const std::string& id) const;

  /// A post to a response_url.
  http_reply respond(const http_request& request);
  /// The trigger if it is still good; used up by that. Throws api_error.
  trigger_record use_trigger(app_record& app, const std::string& trigger_id);

  json ephemerals = json::array();
  json responses = json::array();

 private:
  std::string make_trigger(app_record& app, const std::string& team, const std::string& user);
  std::string make_response_url(app_record& app, const std::string& team,
                                const std::string& channel, const std::string& user,
                                const std::string& ts);
  interaction send(app_record& app, delivery_kind kind, json payload, bool accepts_payload,
                   interaction made);
  json common(app_record& app, const std::string& team, const std::string& user);
  /// Shows what an app answered to a slash command, or posted to a response_url. Returns an error.
  std::string show(response_record& where, const json& body);
  app_record& app_of_message(channel_record& in, const message_record& message);
  void act_on_view(const std::string& id, const json& payload);

  server& owner_;
  std::unordered_map<std::string, trigger_record> triggers_;
  std::unordered_map<std::string, response_record> responses_;
  struct outcome {
    bool acknowledged = false;
    bool failed = false;
    json payload;
    /// What it was about.
    std::string response_key;
    std::string view;
  };
  std::unordered_map<std::string, outcome> outcomes_;
};

/// The element with that action_id; null if there is none.
[[nodiscard]] json find_element(const json& blocks, const std::string& action_id,
                                const std::string& block_id, std::string* found_in);

}  // namespace mynah_test::slack
