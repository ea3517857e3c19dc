// SPDX-License-Identifier: Apache-2.0
#include "world.hpp"

#include <algorithm>
#include <stdexcept>

namespace mynah_test::slack {

namespace {

template <class Map>
auto& at(Map& map, const std::string& id, const char* what) {
  const auto found = map.find(id);
  if (found == map.end())
    throw std::invalid_argument("there is no " + std::string(what) + " " + id);
  return found->second;
}

}  // namespace

workspace_record& world::workspace(const std::string& id) {
  return at(workspaces, id, "workspace");
}
user_record& world::user(const std::string& id) {
  return at(users, id, "user");
}
channel_record& world::channel(const std::string& id) {
  return at(channels, id, "channel");
}
app_record& world::app(const std::string& id) {
  return *at(apps, id, "app");
}

channel_record* world::find_channel(const std::string& team, const std::string& id) {
  const auto found = channels.find(id);
  if (found == channels.end() || found->second.team_id != team) return nullptr;
  return &found->second;
}

user_record* world::find_user(const std::string& team, const std::string& id) {
  const auto found = users.find(id);
  if (found == users.end()) return nullptr;
  if (found->second.team_id == team) return &found->second;
  // People of other workspaces are known where they share a channel.
  for (const std::string& channel : workspace(team).channels) {
    if (channels.at(channel).has(id)) return &found->second;
  }
  return nullptr;
}

message_record* world::find_message(channel_record& in, std::string_view ts) {
  const std::uint64_t key = from_ts(ts);
  const auto found = in.messages.find(key);
  return key == 0 || found == in.messages.end() ? nullptr : &found->second;
}

std::string world::add_user(const std::string& team, const new_user& facts) {
  workspace_record& in = workspace(team);
  user_record made;
  made.id = ids.next('U');
  made.team_id = facts.home_team.empty() ? team : facts.home_team;
  made.facts = facts;
  if (made.facts.real_name.empty()) made.facts.real_name = facts.name;
  if (made.facts.email.empty() && !facts.is_bot) {
    made.facts.email = facts.name + "@" + in.facts.domain + ".example";
  }
  if (facts.is_bot) {
    made.bot_id = ids.next('B');
    bot_users.emplace(made.bot_id, made.id);
  }
  if (made.team_id == team) {
    in.users.push_back(made.id);
  } else if (const auto home = workspaces.find(made.team_id); home != workspaces.end()) {
    home->second.users.push_back(made.id);
  }
  const std::string id = made.id;
  users.emplace(id, std::move(made));
  return id;
}

channel_record& world::add_channel(const std::string& team, const new_channel& facts,
                                   const std::string& creator, std::uint64_t now) {
  workspace_record& in = workspace(team);
  channel_record made;
  made.id = ids.next(facts.kind == channel_kind::im     ? 'D'
                     : facts.kind == channel_kind::mpim ? 'G'
                                                        : 'C');
  made.team_id = team;
  made.name = facts.name;
  made.kind = facts.kind;
  made.creator = creator;
  made.created = now;
  made.topic = facts.topic;
  made.is_archived = facts.is_archived;
  made.is_ext_shared = facts.is_ext_shared;
  in.channels.push_back(made.id);
  if (!made.name.empty()) in.channel_by_name.emplace(made.name, made.id);
  const std::string id = made.id;
  channel_record& stored = channels.emplace(id, std::move(made)).first->second;
  for (const std::string& member : facts.members) add_member(stored, user(member).id);
  if (stored.direct()) {
    std::vector<std::string> people = stored.members;
    std::sort(people.begin(), people.end());
    direct_.emplace(std::move(people), id);
  }
  return stored;
}

void world::add_member(channel_record& to, const std::string& user) {
  if (to.member_set.insert(user).second) to.members.push_back(user);
}

void world::remove_member(channel_record& from, const std::string& user) {
  if (from.member_set.erase(user) != 0) std::erase(from.members, user);
}

channel_record& world::direct(const std::string& team, std::vector<std::string> people,
                              std::uint64_t now) {
  std::sort(people.begin(), people.end());
  people.erase(std::unique(people.begin(), people.end()), people.end());
  const auto found = direct_.find(people);
  if (found != direct_.end()) return channels.at(found->second);
  new_channel facts;
  facts.kind = people.size() <= 2 ? channel_kind::im : channel_kind::mpim;
  facts.members = people;
  if (facts.kind == channel_kind::mpim) {
    facts.name = "mpdm";
    for (const std::string& one : people) facts.name += "-" + user(one).facts.name;
  }
  return add_channel(team, facts, people.front(), now);
}

installation_record* world::installation_of_bot(const std::string& bot_id) {
  for (const auto& [id, app] : apps) {
    for (const auto& installed : app->installations) {
      if (installed->bot_id == bot_id) return installed.get();
    }
  }
  return nullptr;
}

std::string_view kind_name(channel_kind kind) {
  switch (kind) {
    case channel_kind::public_channel:
      return "public_channel";
    case channel_kind::private_channel:
      return "private_channel";
    case channel_kind::im:
      return "im";
    case channel_kind::mpim:
      return "mpim";
  }
  return "";
}

json user_json(world& all, const user_record& user, const std::string& seen_from, bool with_email) {
  const workspace_record* home = nullptr;
  if (const auto found = all.workspaces.find(user.team_id); found != all.workspaces.end()) {
    home = &found->second;
  }
  const new_user& facts = user.facts;
  json profile = {{"real_name", facts.real_name},
                  {"display_name", facts.name},
                  {"real_name_normalized", facts.real_name},
                  {"display_name_normalized", facts.name},
                  {"team", user.team_id}};
  if (with_email && !facts.is_bot) profile["email"] = facts.email;
  if (!user.bot_id.empty()) {
    profile["bot_id"] = user.bot_id;
    profile["api_app_id"] = user.app_id;
  }
  json made = {{"id", user.id},
               {"team_id", user.team_id},
               {"name", facts.name},
               {"deleted", facts.deleted},
               {"profile", std::move(profile)},
               {"is_bot", facts.is_bot},
               {"is_app_user", false},
               {"updated", 1700000000}};
  if (!facts.deleted) {
    made["real_name"] = facts.real_name;
    made["tz"] = facts.tz;
    made["tz_offset"] = 3600;
  }
  if (user.team_id == seen_from) {
    if (!facts.deleted) {
      made["is_admin"] = facts.is_admin;
      made["is_owner"] = false;
      made["is_restricted"] = facts.is_restricted || facts.is_ultra_restricted;
      made["is_ultra_restricted"] = facts.is_ultra_restricted;
    }
  } else {
    made["is_stranger"] = true;
  }
  if (home != nullptr && !home->facts.enterprise_id.empty()) {
    made["enterprise_user"] = {{"id", user.id},
                               {"enterprise_id", home->facts.enterprise_id},
                               {"enterprise_name", home->facts.name},
                               {"teams", {user.team_id}}};
  }
  return made;
}

json channel_json(world& all, const channel_record& channel, const std::string& member) {
  json made = {{"id", channel.id},
               {"created", channel.created / 1'000'000},
               {"is_archived", channel.is_archived},
               {"is_im", channel.kind == channel_kind::im},
               {"is_org_shared", false},
               {"context_team_id", channel.team_id},
               {"updated", channel.created / 1000}};
  if (channel.kind == channel_kind::im) {
    for (const std::string& one : channel.members) {
      if (one != member) made["user"] = one;
    }
    if (!made.contains("user")) made["user"] = member;
    made["is_user_deleted"] = all.users.at(made["user"].get<std::string>()).facts.deleted;
    made["priority"] = 0;
    return made;
  }
  made["name"] = channel.name;
  made["name_normalized"] = channel.name;
  made["is_channel"] =
      channel.kind == channel_kind::public_channel || channel.kind == channel_kind::private_channel;
  made["is_group"] = channel.kind == channel_kind::private_channel;
  made["is_mpim"] = channel.kind == channel_kind::mpim;
  made["is_private"] = channel.kind != channel_kind::public_channel;
  made["is_general"] = channel.name == "general";
  made["is_shared"] = channel.is_ext_shared;
  made["is_ext_shared"] = channel.is_ext_shared;
  made["is_member"] = channel.has(member);
  made["creator"] = channel.creator;
  made["topic"] = {{"value", channel.topic}, {"creator", ""}, {"last_set", 0}};
  made["purpose"] = {{"value", channel.purpose}, {"creator", ""}, {"last_set", 0}};
  made["num_members"] = channel.members.size();
  made["previous_names"] = json::array();
  return made;
}

json bot_profile(world& all, const std::string& bot_id) {
  json made = {{"id", bot_id}, {"deleted", false}, {"updated", 1700000000}};
  if (const auto found = all.bot_users.find(bot_id); found != all.bot_users.end()) {
    const user_record& bot = all.users.at(found->second);
    made["name"] = bot.facts.name;
    made["app_id"] = bot.app_id;
    made["user_id"] = bot.id;
    made["team_id"] = bot.team_id;
  }
  return made;
}

json message_json(world& all, const channel_record& in, const message_record& message,
                  bool with_metadata) {
  json made = {{"type", "message"},
               {"ts", to_ts(message.key)},
               {"text", message.text},
               {"team", in.team_id}};
  if (!message.user.empty()) made["user"] = message.user;
  if (!message.subtype.empty()) made["subtype"] = message.subtype;
  if (!message.bot_id.empty()) {
    made["bot_id"] = message.bot_id;
    json profile = bot_profile(all, message.bot_id);
    if (profile.contains("app_id")) made["app_id"] = profile["app_id"];
    made["bot_profile"] = std::move(profile);
  }
  if (!message.username.empty()) made["username"] = message.username;
  if (!message.icons.is_null()) made["icons"] = message.icons;
  if (!message.client_msg_id.empty()) made["client_msg_id"] = message.client_msg_id;
  if (!message.blocks.is_null()) made["blocks"] = message.blocks;
  if (!message.attachments.is_null()) made["attachments"] = message.attachments;
  if (!message.files.is_null()) {
    made["files"] = message.files;
    made["upload"] = false;
  }
  if (message.edited) {
    made["edited"] = {{"user", message.user}, {"ts", to_ts(message.edited_at)}};
  }
  if (message.thread != 0) {
    made["thread_ts"] = to_ts(message.thread);
    if (message.thread == message.key) {
      made["reply_count"] = message.reply_count;
      made["reply_users_count"] = message.reply_users.size();
      made["reply_users"] = message.reply_users;
      made["latest_reply"] = to_ts(message.latest_reply);
      made["subscribed"] = false;
    } else if (const auto parent = in.messages.find(message.thread); parent != in.messages.end()) {
      made["parent_user_id"] = parent->second.user;
    }
  }
  if (!message.reactions.empty()) {
    json& list = made["reactions"] = json::array();
    for (const auto& [name, users] : message.reactions) {
      list.push_back({{"name", name}, {"users", users}, {"count", users.size()}});
    }
  }
  if (with_metadata && !message.metadata.is_null()) made["metadata"] = message.metadata;
  if (message.streaming) made["streaming_state"] = "in_progress";
  return made;
}

json file_json(const file_record& file) {
  return {{"id", file.id},
          {"name", file.name},
          {"title", file.title},
          {"size", file.length},
          {"user", file.user},
          {"user_team", file.team_id},
          {"mode", file.snippet_type.empty() ? "hosted" : "snippet"},
          {"mimetype", "text/plain"},
          {"filetype", file.snippet_type.empty() ? "text" : file.snippet_type},
          {"is_external", false},
          {"channels", file.channels},
          {"url_private",
           "https://files.slack.com/files-pri/" + file.team_id + "-" + file.id + "/" + file.name}};
}

}  // namespace mynah_test::slack
