// SPDX-License-Identifier: Apache-2.0
#include "server.hpp"
#include "web_api.hpp"

namespace mynah_test::slack {

namespace {

json api_test(call& now) {
  if (const auto error = now.args.text("error")) {
    throw api_error(*error, {{"args", now.args.all()}});
  }
  return {{"args", now.args.all()}};
}

json auth_test(call& now) {
  const workspace_record& team = now.slack.all.workspace(now.team());
  json made = {{"url", "https://" + team.facts.domain + ".slack.com/"},
               {"team", team.facts.name},
               {"user", now.slack.all.user(now.bot()).facts.name},
               {"team_id", now.team()},
               {"user_id", now.bot()},
               {"bot_id", now.installed->bot_id},
               {"is_enterprise_install", false}};
  if (!team.facts.enterprise_id.empty()) made["enterprise_id"] = team.facts.enterprise_id;
  return made;
}

json auth_revoke(call& now) {
  if (!now.args.flag("test")) now.installed->error = "token_revoked";
  return {{"revoked", !now.args.flag("test")}};
}

json team_info(call& now) {
  const std::string id = now.args.text("team").value_or(now.team());
  if (id != now.team()) throw api_error("team_not_found");
  const workspace_record& team = now.slack.all.workspace(id);
  json made = {{"id", id},
               {"name", team.facts.name},
               {"domain", team.facts.domain},
               {"email_domain", team.facts.domain + ".example"}};
  if (!team.facts.enterprise_id.empty()) {
    made["enterprise_id"] = team.facts.enterprise_id;
    made["enterprise_name"] = team.facts.name;
  }
  return {{"team", std::move(made)}};
}

json bots_info(call& now) {
  const std::string id = now.args.text("bot").value_or(now.installed->bot_id);
  if (!now.slack.all.bot_users.contains(id)) throw api_error("bot_not_found");
  return {{"bot", bot_profile(now.slack.all, id)}};
}

json connections_open(call& now) {
  if (!now.app->facts.socket_mode) throw api_error("link_disabled");
  return {{"url", now.slack.sockets.open(*now.app)}};
}

}  // namespace

void add_identity_methods(method_table& to) {
  to.emplace("api.test", method{api_test, true, 4});
  to.emplace("auth.test", method{auth_test, true, 5});
  to.emplace("auth.revoke", method{auth_revoke, false, 3});
  to.emplace("team.info", method{team_info, true, 3, {"team:read"}});
  to.emplace("bots.info", method{bots_info, false, 3, {"users:read"}});
  to.emplace("apps.connections.open", method{connections_open, true, 3, {}, {}, true, true});
}

}  // namespace mynah_test::slack
