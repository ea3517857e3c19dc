// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>

#include "timeline.hpp"
#include "world.hpp"

namespace mynah_test::slack {

class server;

/// Events of what happens in a workspace, to the apps that may have them.
class events {
 public:
  explicit events(server& owner) : owner_(owner) {}

  /// A new message: `message`, and `app_mention` for the bots in its text.
  void posted(channel_record& in, const message_record& message, bool mention_first = false);
  void edited(channel_record& in, const message_record& message, const json& previous);
  void erased(channel_record& in, const json& previous);
  /// A message that is only an event or has a subtype of its own (joins, topics).
  void message_event(channel_record& in, json event);
  void reaction(channel_record& in, const message_record& message, const std::string& user,
                const std::string& name, bool added);
  void member(channel_record& in, const std::string& user, bool joined);
  /// To all apps in the workspace.
  void everywhere(const std::string& team, const std::string& subscription, std::string_view scope,
                  const json& event);
  /// To one; its event id.
  std::string send(app_record& app, const std::string& team, const json& event);
  /// A payload without an event inside.
  void send_bare(app_record& app, const json& payload);
  /// app_rate_limited.
  void send_rate_limited(app_record& app, const std::string& team);

 private:
  void to_members(channel_record& in, const std::string& subscription, std::string_view scope,
                  const json& event);
  /// Of an event that is JSON text already.
  void send_text(channel_record& in, const std::string& subscription, std::string_view scope,
                 const std::string& event);
  std::string wrap_and_send(installation_record& to, const std::string& event, bool ext_shared);
  /// Whether this hour's events are not used up; says so once in a minute if they are.
  bool counts_one_more(installation_record& to);

  server& owner_;
  std::uint64_t last_ = 0;
  struct hour {
    timeline::time_point begun;
    std::size_t sent = 0;
    std::uint64_t told_minute = 0;
  };
  std::unordered_map<const installation_record*, hour> hours_;
};

}  // namespace mynah_test::slack
