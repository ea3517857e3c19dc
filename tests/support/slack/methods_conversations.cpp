// SPDX-License-Identifier: Apache-2.0
#include "methods_conversations.hpp"

#include <algorithm>

#include "server.hpp"

namespace mynah_test::slack {

json list_channels(call& now, const std::string& of) {
  std::vector<std::string> types = now.args.list("types");
  if (types.empty()) types = {"public_channel"};
  for (const std::string& type : types) {
    if (type == "public_channel") {
      now.need_scope({"channels:read"});
    } else if (type == "private_channel") {
      now.need_scope({"groups:read"});
    } else if (type == "im" || type == "mpim") {
      now.need_scope({type + ":read"});
    } else {
      throw api_error("invalid_types");
    }
  }
  const bool without_archived = now.args.flag("exclude_archived");
  std::vector<const channel_record*> wanted;
  for (const std::string& id : now.slack.all.workspace(now.team()).channels) {
    const channel_record& channel = now.slack.all.channels.at(id);
    if (!now.visible(channel) || (without_archived && channel.is_archived)) continue;
    if (!of.empty() && !channel.has(of)) continue;
    if (std::find(types.begin(), types.end(), kind_name(channel.kind)) == types.end()) continue;
    wanted.push_back(&channel);
  }
  const page shown = page_of(now, wanted.size(), 100, 1000);
  json channels = json::array();
  for (std::size_t i = shown.begin; i < shown.end; ++i) {
    channels.push_back(channel_json(now.slack.all, *wanted[i], now.bot()));
  }
  json made = {{"channels", std::move(channels)}};
  put_cursor(made, shown);
  return made;
}

namespace {

json conversations_list(call& now) {
  return list_channels(now, {});
}

json conversations_info(call& now) {
  channel_record& channel = now.channel();
  now.need_channel_scope(channel, "read");
  json made = channel_json(now.slack.all, channel, now.bot());
  if (!now.args.flag("include_num_members")) made.erase("num_members");
  return {{"channel", std::move(made)}};
}

json conversations_members(call& now) {
  channel_record& channel = now.channel();
  now.need_channel_scope(channel, "read");
  const page shown = page_of(now, channel.members.size(), 100, 1000);
  json members = json::array();
  for (std::size_t i = shown.begin; i < shown.end; ++i) members.push_back(channel.members[i]);
  json made = {{"members", std::move(members)}};
  put_cursor(made, shown);
  return made;
}

void check_name(const std::string& name) {
  if (characters(name) > 80) throw api_error("invalid_name_maxlength");
  for (const char c : name) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
                      static_cast<unsigned char>(c) >= 0x80;
    if (!good) throw api_error("invalid_name_specials");
  }
}

json conversations_create(call& now) {
  const std::string name = now.args.needed("name");
  check_name(name);
  const bool closed = now.args.flag("is_private");
  if (closed) {
    now.need_scope({"groups:write"});
  } else {
    now.need_scope({"channels:manage"});
  }
  if (now.slack.all.workspace(now.team()).channel_by_name.contains(name)) {
    throw api_error("name_taken");
  }
  new_channel facts;
  facts.name = name;
  facts.kind = closed ? channel_kind::private_channel : channel_kind::public_channel;
  channel_record& made =
      now.slack.all.add_channel(now.team(), facts, now.bot(), now.slack.time.wall());
  now.slack.add_member(made, now.bot());
  if (!closed) {
    now.slack.happened.everywhere(now.team(), "channel_created", "channels:read",
                                  {{"type", "channel_created"},
                                   {"channel",
                                    {{"id", made.id},
                                     {"name", made.name},
                                     {"created", made.created / 1'000'000},
                                     {"creator", made.creator}}}});
  }
  return {{"channel", channel_json(now.slack.all, made, now.bot())}};
}

/// For what changes a channel.
channel_record& changeable(call& now) {
  channel_record& channel = now.own_channel();
  if (channel.direct()) throw api_error("method_not_supported_for_channel_type");
  if (channel.is_archived) throw api_error("is_archived");
  return channel;
}

void need_manage(call& now, const channel_record& channel, const char* more) {
  if (channel.kind == channel_kind::public_channel) {
    now.need_scope({"channels:manage", "channels:" + std::string(more)});
  } else {
    now.need_scope({"groups:write", "groups:" + std::string(more)});
  }
}

json conversations_invite(call& now) {
  channel_record& channel = changeable(now);
  need_manage(now, channel, "write.invites");
  const std::vector<std::string> users = now.args.list("users");
  if (users.empty()) throw api_error("no_user");
  if (users.size() > 1000) throw api_error("too_many_users");
  json errors = json::array();
  for (const std::string& user : users) {
    const user_record* found = now.slack.all.find_user(now.team(), user);
    const char* error = found == nullptr                   ? "user_not_found"
                        : user == now.bot()                ? "cant_invite_self"
                        : channel.has(user)                ? "already_in_channel"
                        : found->facts.deleted             ? "user_is_disabled"
                        : found->facts.is_ultra_restricted ? "ura_max_channels"
                                                           : nullptr;
    if (error != nullptr) errors.push_back({{"user", user}, {"ok", false}, {"error", error}});
  }
  if (!errors.empty() && !now.args.flag("force")) {
    throw api_error(errors[0]["error"].get<std::string>(), {{"errors", errors}});
  }
  for (const std::string& user : users) {
    if (std::any_of(errors.begin(), errors.end(),
                    [&](const json& e) { return e["user"] == user; })) {
      continue;
    }
    now.slack.add_member(channel, user);
  }
  return {{"channel", channel_json(now.slack.all, channel, now.bot())}};
}

json conversations_kick(call& now) {
  channel_record& channel = changeable(now);
  need_manage(now, channel, "write");
  user_record& user = now.user("user");
  if (user.id == now.bot()) throw api_error("cant_kick_self");
  if (channel.name == "general") throw api_error("cant_kick_from_general");
  if (!channel.has(user.id)) throw api_error("not_in_channel");
  now.slack.remove_member(channel, user.id);
  return json::object();
}

json set_words(call& now, bool topic) {
  channel_record& channel = now.own_channel();
  if (channel.is_archived) throw api_error("is_archived");
  if (channel.direct()) {
    now.need_scope({channel.kind == channel_kind::im ? "im:write.topic" : "mpim:write.topic",
                    channel.kind == channel_kind::im ? "im:write" : "mpim:write"});
  } else {
    need_manage(now, channel, "write.topic");
  }
  const char* field = topic ? "topic" : "purpose";
  if (!now.args.all().contains(field)) {
    throw api_error::invalid_arguments("missing required field: " + std::string(field));
  }
  const std::string words = now.args.text(field).value_or("");
  if (characters(words) > 250) throw api_error("too_long");
  (topic ? channel.topic : channel.purpose) = words;
  message_record told;
  told.user = now.bot();
  told.subtype =
      (channel.kind == channel_kind::private_channel ? "group_" : "channel_") + std::string(field);
  told.text = "<@" + now.bot() + "> set the channel " + field + ": " + words;
  now.slack.store(channel, std::move(told));
  json shown = channel_json(now.slack.all, channel, now.bot());
  return {{field, words}, {"channel", std::move(shown)}};
}

json conversations_set_topic(call& now) {
  return set_words(now, true);
}
json conversations_set_purpose(call& now) {
  return set_words(now, false);
}

json conversations_archive(call& now) {
  channel_record& channel = now.channel();
  if (channel.is_archived) throw api_error("already_archived");
  (void)changeable(now);
  need_manage(now, channel, "write");
  if (channel.name == "general") throw api_error("cant_archive_general");
  now.slack.happened.everywhere(
      now.team(), "channel_archive", "channels:read",
      {{"type", "channel_archive"}, {"channel", channel.id}, {"user", now.bot()}});
  channel.is_archived = true;
  return json::object();
}

json conversations_unarchive(call& now) {
  channel_record& channel = now.channel();
  if (!channel.is_archived) throw api_error("not_archived");
  need_manage(now, channel, "write");
  channel.is_archived = false;
  now.slack.happened.everywhere(
      now.team(), "channel_unarchive", "channels:read",
      {{"type", "channel_unarchive"}, {"channel", channel.id}, {"user", now.bot()}});
  return json::object();
}

json conversations_rename(call& now) {
  channel_record& channel = changeable(now);
  need_manage(now, channel, "write");
  const std::string name = now.args.needed("name");
  check_name(name);
  auto& names = now.slack.all.workspace(now.team()).channel_by_name;
  if (names.contains(name)) throw api_error("name_taken");
  names.erase(channel.name);
  names.emplace(name, channel.id);
  channel.name = name;
  now.slack.happened.everywhere(
      now.team(), "channel_rename", "channels:read",
      {{"type", "channel_rename"},
       {"channel",
        {{"id", channel.id}, {"name", name}, {"created", channel.created / 1'000'000}}}});
  return {{"channel", channel_json(now.slack.all, channel, now.bot())}};
}

json conversations_join(call& now) {
  channel_record& channel = now.channel();
  if (channel.kind != channel_kind::public_channel) {
    throw api_error("method_not_supported_for_channel_type");
  }
  if (channel.is_archived) throw api_error("is_archived");
  if (channel.has(now.bot())) {
    now.warn("already_in_channel");
  } else {
    now.slack.add_member(channel, now.bot());
  }
  return {{"channel", channel_json(now.slack.all, channel, now.bot())}};
}

json conversations_leave(call& now) {
  channel_record& channel = now.channel();
  if (channel.direct()) throw api_error("method_not_supported_for_channel_type");
  if (channel.name == "general") throw api_error("cant_leave_general");
  if (channel.is_archived) throw api_error("is_archived");
  need_manage(now, channel, "write");
  if (!channel.has(now.bot())) return {{"not_in_channel", true}};
  now.slack.remove_member(channel, now.bot());
  return json::object();
}

json conversations_open(call& now) {
  channel_record* found = nullptr;
  bool fresh = false;
  if (now.args.has("channel")) {
    found = &now.own_channel();
    if (!found->direct()) throw api_error("method_not_supported_for_channel_type");
  } else {
    std::vector<std::string> users = now.args.list("users");
    if (users.empty()) throw api_error("users_list_not_supplied");
    if (users.size() > 8) throw api_error("too_many_users");
    for (const std::string& user : users) {
      const user_record* known = now.slack.all.find_user(now.team(), user);
      if (known == nullptr) throw api_error("user_not_found");
      if (known->facts.deleted) throw api_error("user_disabled");
      if (known->facts.is_bot) throw api_error("cannot_dm_bot");
    }
    now.need_scope({users.size() == 1 ? "im:write" : "mpim:write"});
    users.push_back(now.bot());
    const std::size_t before = now.slack.all.channels.size();
    found = &now.slack.all.direct(now.team(), users, now.slack.time.wall());
    fresh = now.slack.all.channels.size() != before;
  }
  json made;
  if (now.args.flag("return_im")) {
    made["channel"] = channel_json(now.slack.all, *found, now.bot());
  } else {
    made["channel"] = {{"id", found->id}};
  }
  if (!fresh) {
    made["no_op"] = true;
    made["already_open"] = true;
  }
  return made;
}

}  // namespace

void add_conversation_methods(method_table& to) {
  to.emplace("conversations.list", method{conversations_list, false, 2});
  to.emplace("conversations.info", method{conversations_info, false, 3, {}, {"channel"}});
  to.emplace("conversations.members", method{conversations_members, false, 4, {}, {"channel"}});
  to.emplace("conversations.create", method{conversations_create, true, 2, {}, {"name"}});
  to.emplace("conversations.invite",
             method{conversations_invite, true, 3, {}, {"channel", "users"}});
  to.emplace("conversations.kick", method{conversations_kick, true, 3, {}, {"channel", "user"}});
  to.emplace("conversations.setTopic", method{conversations_set_topic, true, 2, {}, {"channel"}});
  to.emplace("conversations.setPurpose",
             method{conversations_set_purpose, true, 2, {}, {"channel"}});
  to.emplace("conversations.archive", method{conversations_archive, true, 2, {}, {"channel"}});
  to.emplace("conversations.unarchive", method{conversations_unarchive, true, 2, {}, {"channel"}});
  to.emplace("conversations.rename",
             method{conversations_rename, true, 2, {}, {"channel", "name"}});
  to.emplace("conversations.join",
             method{conversations_join, true, 3, {"channels:join"}, {"channel"}});
  to.emplace("conversations.leave", method{conversations_leave, true, 3, {}, {"channel"}});
  to.emplace("conversations.open", method{conversations_open, true, 3, {"im:write", "mpim:write"}});
}

}  // namespace mynah_test::slack
