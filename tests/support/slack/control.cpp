// SPDX-License-Identifier: Apache-2.0
#include "control.hpp"

#include <functional>
#include <map>
#include <stdexcept>

namespace mynah_test::slack {

namespace {

using action = json (*)(emulator&, const json&);

std::string text(const json& from, const char* name) {
  const auto found = from.find(name);
  if (found == from.end() || !found->is_string()) {
    throw std::invalid_argument(std::string(name) + " is missing");
  }
  return found->get<std::string>();
}

json told(const interaction& made) {
  return {{"id", made.id}, {"trigger_id", made.trigger_id}, {"response_url", made.response_url}};
}

fault_kind kind_of(const std::string& name) {
  static const std::map<std::string, fault_kind> kinds = {
      {"rate_limited", fault_kind::rate_limited},
      {"rate_limited_200", fault_kind::rate_limited_200},
      {"server_error", fault_kind::server_error},
      {"cut_before", fault_kind::cut_before},
      {"cut_after", fault_kind::cut_after},
      {"cut_answer", fault_kind::cut_answer},
      {"hang", fault_kind::hang},
      {"hang_after", fault_kind::hang_after},
      {"slow", fault_kind::slow},
      {"api_error", fault_kind::api_error},
      {"redirect", fault_kind::redirect},
      {"garbage", fault_kind::garbage},
      {"huge", fault_kind::huge}};
  const auto found = kinds.find(name);
  if (found == kinds.end()) throw std::invalid_argument("there is no fault " + name);
  return found->second;
}

json add_channel(emulator& slack, const json& a) {
  new_channel made;
  made.name = text(a, "name");
  if (a.value("is_private", false)) made.kind = channel_kind::private_channel;
  made.members = a.value("members", std::vector<std::string>());
  return slack.add_channel(text(a, "team"), made);
}

json add_user(emulator& slack, const json& a) {
  new_user made;
  made.name = text(a, "name");
  made.is_restricted = a.value("is_restricted", false);
  made.is_bot = a.value("is_bot", false);
  return slack.add_user(text(a, "team"), made);
}

json post(emulator& slack, const json& a) {
  post_options more;
  more.thread_ts = a.value("thread_ts", "");
  more.subtype = a.value("subtype", "");
  more.blocks = a.value("blocks", json(nullptr));
  more.files = a.value("files", json(nullptr));
  return slack.post(text(a, "channel"), text(a, "user"), text(a, "text"), more);
}

json inject(emulator& slack, const json& a) {
  fault made;
  made.method = text(a, "method");
  made.kind = kind_of(text(a, "kind"));
  made.times = a.value("times", made.times);
  made.status = a.value("status", made.status);
  made.retry_after = a.value("retry_after", made.retry_after);
  made.delay = std::chrono::milliseconds(a.value("delay", 1000));
  made.text = a.value("text", "");
  made.size = a.value("size", std::size_t(0));
  made.after = a.value("after", 0);
  slack.inject(made);
  return nullptr;
}

json deliveries(emulator& slack, const json&) {
  const delivery_counts counts = slack.deliveries();
  return {{"sent", counts.sent},
          {"acknowledged", counts.acknowledged},
          {"redelivered", counts.redelivered},
          {"lost", counts.lost},
          {"pending", counts.pending}};
}

const std::map<std::string, action>& actions() {
  static const std::map<std::string, action> all = {
      {"add_channel", add_channel},
      {"add_user", add_user},
      {"post", post},
      {"inject", inject},
      {"deliveries", deliveries},
      {"direct_channel",
       [](emulator& s, const json& a) {
         return json(s.direct_channel(text(a, "user"), text(a, "other")));
       }},
      {"flood",
       [](emulator& s, const json& a) -> json {
         s.flood(text(a, "channel"), text(a, "user"), text(a, "text"), a.value("count", 1000U),
                 a.value("window", 1000U));
         return nullptr;
       }},
      {"edit",
       [](emulator& s, const json& a) -> json {
         s.edit(text(a, "channel"), text(a, "ts"), text(a, "text"));
         return nullptr;
       }},
      {"erase",
       [](emulator& s, const json& a) -> json {
         s.erase(text(a, "channel"), text(a, "ts"));
         return nullptr;
       }},
      {"react",
       [](emulator& s, const json& a) -> json {
         s.react(text(a, "channel"), text(a, "ts"), text(a, "user"), text(a, "reaction"));
         return nullptr;
       }},
      {"join",
       [](emulator& s, const json& a) -> json {
         s.join(text(a, "channel"), text(a, "user"));
         return nullptr;
       }},
      {"leave",
       [](emulator& s, const json& a) -> json {
         s.leave(text(a, "channel"), text(a, "user"));
         return nullptr;
       }},
      {"slash_command",
       [](emulator& s, const json& a) {
         return told(s.slash_command(text(a, "app"), text(a, "channel"), text(a, "user"),
                                     text(a, "command"), a.value("text", "")));
       }},
      {"press",
       [](emulator& s, const json& a) {
         return told(s.press(text(a, "channel"), text(a, "ts"), text(a, "user"),
                             text(a, "action_id"), a.value("block_id", ""), a.value("value", "")));
       }},
      {"press_in_view",
       [](emulator& s, const json& a) {
         return told(s.press_in_view(text(a, "view"), text(a, "user"), text(a, "action_id"),
                                     a.value("value", "")));
       }},
      {"submit_view",
       [](emulator& s, const json& a) {
         return told(
             s.submit_view(text(a, "view"), text(a, "user"), a.value("values", json::object())));
       }},
      {"close_view",
       [](emulator& s, const json& a) {
         return told(s.close_view(text(a, "view"), text(a, "user")));
       }},
      {"suggest",
       [](emulator& s, const json& a) {
         return told(s.suggest(text(a, "channel"), text(a, "ts"), text(a, "user"),
                               text(a, "action_id"), a.value("typed", "")));
       }},
      {"global_shortcut",
       [](emulator& s, const json& a) {
         return told(s.global_shortcut(text(a, "app"), text(a, "user"), text(a, "callback_id")));
       }},
      {"message_shortcut",
       [](emulator& s, const json& a) {
         return told(s.message_shortcut(text(a, "app"), text(a, "channel"), text(a, "ts"),
                                        text(a, "user"), text(a, "callback_id")));
       }},
      {"open_assistant",
       [](emulator& s, const json& a) -> json {
         return s.open_assistant(text(a, "app"), text(a, "user"));
       }},
      {"open_home",
       [](emulator& s, const json& a) -> json {
         s.open_home(text(a, "app"), text(a, "user"), a.value("tab", "home"));
         return nullptr;
       }},
      {"send_event",
       [](emulator& s, const json& a) {
         return json(s.send_event(text(a, "app"), text(a, "team"), a.at("event")));
       }},
      {"set_http_urls",
       [](emulator& s, const json& a) -> json {
         s.set_http_urls(text(a, "app"), text(a, "events_url"), a.value("commands_url", ""),
                         a.value("interactivity_url", ""), a.value("ca_file", ""));
         return nullptr;
       }},
      {"set_socket_mode",
       [](emulator& s, const json& a) -> json {
         s.set_socket_mode(text(a, "app"), a.value("on", true));
         return nullptr;
       }},
      {"set_token_error",
       [](emulator& s, const json& a) -> json {
         s.set_token_error(text(a, "token"), text(a, "error"));
         return nullptr;
       }},
      {"messages", [](emulator& s, const json& a) { return s.messages(text(a, "channel")); }},
      {"posted", [](emulator& s, const json& a) { return s.posted(text(a, "channel")); }},
      {"posted_count",
       [](emulator& s, const json& a) { return json(s.posted_count(text(a, "channel"))); }},
      {"message",
       [](emulator& s, const json& a) { return s.message(text(a, "channel"), text(a, "ts")); }},
      {"ephemerals", [](emulator& s, const json&) { return s.ephemerals(); }},
      {"responses", [](emulator& s, const json&) { return s.responses(); }},
      {"view_of",
       [](emulator& s, const json& a) {
         return s.view_of(text(a, "user"), a.value("type", "modal"));
       }},
      {"files", [](emulator& s, const json&) { return s.files(); }},
      {"file_content",
       [](emulator& s, const json& a) { return json(s.file_content(text(a, "file"))); }},
      {"channel", [](emulator& s, const json& a) { return s.channel(text(a, "channel")); }},
      {"calls", [](emulator& s, const json& a) { return s.calls(a.value("method", "")); }},
      {"call_count",
       [](emulator& s, const json& a) { return json(s.call_count(text(a, "method"))); }},
      {"violations", [](emulator& s, const json&) { return s.violations(); }},
      {"clear_violations",
       [](emulator& s, const json&) -> json {
         s.clear_violations();
         return nullptr;
       }},
      {"acknowledgement",
       [](emulator& s, const json& a) { return s.acknowledgement(text(a, "id")); }},
      {"connections", [](emulator& s, const json&) { return json(s.connections()); }},
      {"advance",
       [](emulator& s, const json& a) -> json {
         s.advance(std::chrono::milliseconds(a.at("milliseconds").get<std::int64_t>()));
         return nullptr;
       }},
      {"clear_faults",
       [](emulator& s, const json&) -> json {
         s.clear_faults();
         return nullptr;
       }},
      {"disconnect",
       [](emulator& s, const json& a) -> json {
         s.disconnect(text(a, "reason"), a.value("which", -1));
         return nullptr;
       }},
      {"drop",
       [](emulator& s, const json& a) -> json {
         s.drop(a.value("which", -1), a.value("reset", true));
         return nullptr;
       }},
      {"close",
       [](emulator& s, const json& a) -> json {
         s.close(a.value("code", std::uint16_t(1000)), a.value("reason", ""), a.value("which", -1));
         return nullptr;
       }},
      {"send_text",
       [](emulator& s, const json& a) -> json {
         s.send_text(text(a, "text"), a.value("which", -1));
         return nullptr;
       }},
      {"fragment_envelopes",
       [](emulator& s, const json& a) -> json {
         s.fragment_envelopes(a.at("bytes").get<std::size_t>());
         return nullptr;
       }},
      {"fall_silent", [](emulator& s, const json& a) -> json {
         s.fall_silent(a.value("on", true));
         return nullptr;
       }}};
  return all;
}

}  // namespace

json carry_out_control(emulator& slack, const std::string& action, const json& arguments) {
  const auto found = actions().find(action);
  if (found == actions().end()) throw std::invalid_argument("there is no action " + action);
  return found->second(slack, arguments);
}

}  // namespace mynah_test::slack
