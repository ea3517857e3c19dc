// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "emulator.hpp"
#include "identifiers.hpp"

namespace mynah_test::slack {

struct user_record {
  std::string id;
  std::string team_id;
  /// Only for bots: B....
  std::string bot_id;
  /// The app whose bot it is, if it is an app's.
  std::string app_id;
  new_user facts;
};

struct message_record {
  std::uint64_t key = 0;
  std::string user;
  std::string bot_id;
  std::string text;
  std::string subtype;
  std::string client_msg_id;
  std::string username;
  /// 0: not in a thread.
  std::uint64_t thread = 0;
  bool streaming = false;
  bool edited = false;
  std::uint64_t edited_at = 0;
  std::size_t reply_count = 0;
  std::uint64_t latest_reply = 0;
  std::vector<std::string> reply_users;
  /// Null where there are none.
  json blocks;
  json attachments;
  json metadata;
  json files;
  json icons;
  std::vector<std::pair<std::string, std::vector<std::string>>> reactions;
};

struct channel_record {
  std::string id;
  std::string team_id;
  std::string name;
  channel_kind kind = channel_kind::public_channel;
  std::string creator;
  std::uint64_t created = 0;
  std::string topic;
  std::string purpose;
  bool is_archived = false;
  bool is_ext_shared = false;
  /// In the order of joining.
  std::vector<std::string> members;
  std::unordered_set<std::string> member_set;
  std::map<std::uint64_t, message_record> messages;
  /// Replies by parent.
  std::unordered_map<std::uint64_t, std::vector<std::uint64_t>> threads;
  std::size_t posted_by_bots = 0;
  std::vector<std::string> pins;
  json bookmarks = json::array();

  [[nodiscard]] bool has(const std::string& user) const { return member_set.contains(user); }
  [[nodiscard]] bool direct() const {
    return kind == channel_kind::im || kind == channel_kind::mpim;
  }
};

struct app_record;

struct installation_record {
  app_record* app = nullptr;
  std::string team_id;
  std::string bot_token;
  std::string bot_user;
  std::string bot_id;
  std::set<std::string> scopes;
  /// Of the token; empty: it is good.
  std::string error;
};

struct app_record {
  std::string id;
  std::string app_token;
  std::string signing_secret;
  std::string error;
  new_app facts;
  std::vector<std::unique_ptr<installation_record>> installations;

  [[nodiscard]] installation_record* in(const std::string& team_id) const {
    for (const auto& installed : installations) {
      if (installed->team_id == team_id) return installed.get();
    }
    return nullptr;
  }
};

struct workspace_record {
  std::string id;
  new_workspace facts;
  /// Ids in the order of their making.
  std::vector<std::string> users;
  std::vector<std::string> channels;
  std::vector<std::string> usergroups;
  std::unordered_map<std::string, std::string> channel_by_name;
};

struct usergroup_record {
  std::string id;
  std::string team_id;
  std::string handle;
  std::vector<std::string> users;
};

struct file_record {
  std::string id;
  std::string team_id;
  std::string user;
  std::string name;
  std::string title;
  std::string snippet_type;
  std::size_t length = 0;
  std::string upload_key;
  bool uploaded = false;
  bool complete = false;
  std::string content;
  std::vector<std::string> channels;
};

struct view_record {
  std::string id;
  std::string team_id;
  app_record* app = nullptr;
  std::string user;
  std::string root;
  std::string previous;
  json view;
  std::string hash;
  bool open = true;
};

/// Whom a token stands for.
struct token_record {
  app_record* app = nullptr;
  /// Null for an app-level token.
  installation_record* installed = nullptr;
};

/// Everything there is, without any rules. Belongs to the emulator's thread.
class world {
 public:
  identifiers ids;
  std::map<std::string, workspace_record> workspaces;
  std::unordered_map<std::string, user_record> users;
  std::unordered_map<std::string, channel_record> channels;
  std::map<std::string, usergroup_record> usergroups;
  std::map<std::string, std::unique_ptr<app_record>> apps;
  std::unordered_map<std::string, token_record> tokens;
  /// By bot id.
  std::unordered_map<std::string, std::string> bot_users;
  std::map<std::string, file_record> files;
  std::map<std::string, view_record> views;

  // These throw std::invalid_argument for what there is not.
  workspace_record& workspace(const std::string& id);
  user_record& user(const std::string& id);
  channel_record& channel(const std::string& id);
  app_record& app(const std::string& id);

  /// Null if the workspace has none of that id, or it is a channel of another workspace.
  channel_record* find_channel(const std::string& team, const std::string& id);
  user_record* find_user(const std::string& team, const std::string& id);
  static message_record* find_message(channel_record& in, std::string_view ts);

  std::string add_user(const std::string& team, const new_user& facts);
  channel_record& add_channel(const std::string& team, const new_channel& facts,
                              const std::string& creator, std::uint64_t now);
  void add_member(channel_record& to, const std::string& user);
  void remove_member(channel_record& from, const std::string& user);
  /// The direct or group channel of exactly those people.
  channel_record& direct(const std::string& team, std::vector<std::string> people,
                         std::uint64_t now);
  [[nodiscard]] installation_record* installation_of_bot(const std::string& bot_id);

 private:
  std::map<std::vector<std::string>, std::string> direct_;
};

/// Things as the Web API shows them.
[[nodiscard]] json user_json(world& all, const user_record& user, const std::string& seen_from,
                             bool with_email);
/// `member`: who asks, for is_member and a direct channel's other side.
[[nodiscard]] json channel_json(world& all, const channel_record& channel,
                                const std::string& member);
[[nodiscard]] json message_json(world& all, const channel_record& in, const message_record& message,
                                bool with_metadata);
[[nodiscard]] json file_json(const file_record& file);
[[nodiscard]] json bot_profile(world& all, const std::string& bot_id);
[[nodiscard]] std::string_view kind_name(channel_kind kind);

}  // namespace mynah_test::slack
