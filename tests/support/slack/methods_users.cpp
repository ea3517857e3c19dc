// SPDX-License-Identifier: Apache-2.0
#include "methods_conversations.hpp"
#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

json shown(call& now, const user_record& user) {
  return user_json(now.slack.all, user, now.team(), now.has_scope("users:read.email"));
}

json users_info(call& now) {
  return {{"user", shown(now, now.user("user"))}};
}

json users_list(call& now) {
  const auto& ids = now.slack.all.workspace(now.team()).users;
  if (!now.args.has("limit") && ids.size() > 1000) throw api_error("limit_required");
  const page wanted = page_of(now, ids.size(), 1000, 1000);
  json members = json::array();
  for (std::size_t i = wanted.begin; i < wanted.end; ++i) {
    members.push_back(shown(now, now.slack.all.users.at(ids[i])));
  }
  json made = {{"members", std::move(members)}, {"cache_ts", 1700000000}};
  put_cursor(made, wanted);
  return made;
}

json lookup_by_email(call& now) {
  const std::string email = now.args.needed("email");
  for (const std::string& id : now.slack.all.workspace(now.team()).users) {
    const user_record& user = now.slack.all.users.at(id);
    if (user.facts.email == email && !user.facts.deleted && !user.facts.is_bot) {
      return {{"user", shown(now, user)}};
    }
  }
  throw api_error("users_not_found");
}

json users_conversations(call& now) {
  const std::string user = now.args.text("user").value_or(now.bot());
  if (now.slack.all.find_user(now.team(), user) == nullptr) throw api_error("user_not_found");
  return list_channels(now, user);
}

json usergroups_list(call& now) {
  json made = json::array();
  for (const std::string& id : now.slack.all.workspace(now.team()).usergroups) {
    const usergroup_record& group = now.slack.all.usergroups.at(id);
    json one = {{"id", id},
                {"team_id", group.team_id},
                {"is_usergroup", true},
                {"name", group.handle},
                {"handle", group.handle},
                {"user_count", group.users.size()},
                {"date_delete", 0}};
    if (now.args.flag("include_users")) one["users"] = group.users;
    made.push_back(std::move(one));
  }
  return {{"usergroups", std::move(made)}};
}

json usergroups_users_list(call& now) {
  const auto found = now.slack.all.usergroups.find(now.args.needed("usergroup"));
  if (found == now.slack.all.usergroups.end() || found->second.team_id != now.team()) {
    throw api_error("no_such_subteam");
  }
  return {{"users", found->second.users}};
}

}  // namespace

void add_user_methods(method_table& to) {
  to.emplace("users.info", method{users_info, false, 4, {"users:read"}, {"user"}});
  to.emplace("users.list", method{users_list, false, 2, {"users:read"}});
  to.emplace("users.lookupByEmail",
             method{lookup_by_email, false, 3, {"users:read.email"}, {"email"}});
  to.emplace("users.conversations", method{users_conversations, false, 3});
}

void add_usergroup_methods(method_table& to) {
  to.emplace("usergroups.list", method{usergroups_list, false, 2, {"usergroups:read"}});
  to.emplace("usergroups.users.list",
             method{usergroups_users_list, false, 2, {"usergroups:read"}, {"usergroup"}});
}

}  // namespace mynah_test::slack
