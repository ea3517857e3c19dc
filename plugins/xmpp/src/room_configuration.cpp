// SPDX-License-Identifier: Apache-2.0
#include "room_configuration.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mynah::xmpp {

namespace {

constexpr std::string_view password_wanted = "muc#roomconfig_passwordprotectedroom";

using wishes = std::vector<std::pair<std::string_view, std::string>>;

void wish(wishes& all, std::string_view var, const std::optional<std::string>& value) {
  if (value) all.emplace_back(var, *value);
}

void wish(wishes& all, std::string_view var, std::optional<bool> value) {
  if (value) all.emplace_back(var, *value ? "1" : "0");
}

wishes wishes_of(const room_settings& how) {
  wishes all;
  wish(all, "muc#roomconfig_roomname", how.title);
  wish(all, "muc#roomconfig_roomdesc", how.description);
  wish(all, "muc#roomconfig_roomsecret", how.password);
  wish(all, "muc#roomconfig_membersonly", how.members_only);
  wish(all, "muc#roomconfig_persistentroom", how.persistent);
  if (how.hidden) wish(all, "muc#roomconfig_publicroom", std::optional<bool>(!*how.hidden));
  if (how.non_anonymous) {
    all.emplace_back("muc#roomconfig_whois", *how.non_anonymous ? "anyone" : "moderators");
  }
  return all;
}

}  // namespace

result<data_form> filled(const data_form& offered, const room_settings& how) {
  data_form made(form_type::submit);
  for (const form_field& each : offered.fields) {
    if (each.var.empty() || each.type == "fixed") continue;
    form_field field(each.var, each.type);
    field.values = each.values;
    made.add(std::move(field));
  }
  const auto set = [&made](std::string_view var, const std::string& value) {
    for (form_field& each : made.fields) {
      if (each.var != var) continue;
      each.values = {value};
      return true;
    }
    return false;
  };
  for (const auto& [var, value] : wishes_of(how)) {
    if (set(var, value)) continue;
    return failure(errc::not_sent, "the room has no setting " + std::string(var));
  }
  // Not every service has a switch besides the password itself.
  if (how.password) set(password_wanted, how.password->empty() ? "0" : "1");
  return made;
}

}  // namespace mynah::xmpp
