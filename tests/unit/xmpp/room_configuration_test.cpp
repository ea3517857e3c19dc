// SPDX-License-Identifier: Apache-2.0
#include "room_configuration.hpp"

#include "catch.hpp"

using mynah::xmpp::data_form;
using mynah::xmpp::filled;
using mynah::xmpp::form_field;
using mynah::xmpp::form_type;
using mynah::xmpp::room_settings;

namespace {

data_form offered() {
  data_form made(form_type::form);
  made.add(form_field("FORM_TYPE", "hidden", "http://jabber.org/protocol/muc#roomconfig"));
  made.add(form_field("", "fixed", "General"));
  made.add(form_field("muc#roomconfig_roomname", "text-single", "old"));
  made.add(form_field("muc#roomconfig_membersonly", "boolean", "0"));
  made.add(form_field("muc#roomconfig_publicroom", "boolean", "1"));
  made.add(form_field("muc#roomconfig_passwordprotectedroom", "boolean", "0"));
  made.add(form_field("muc#roomconfig_roomsecret", "text-private"));
  made.add(form_field("muc#roomconfig_whois", "list-single", "moderators"));
  form_field owners("muc#roomconfig_roomowners", "jid-multi");
  owners.values = {"a@b", "c@d"};
  made.add(owners);
  return made;
}

}  // namespace

TEST_CASE("what is not set is submitted as it is", "[xmpp][room_configuration]") {
  const auto made = filled(offered(), room_settings());
  REQUIRE(made.has_value());
  CHECK(made->type == form_type::submit);
  CHECK(made->fields.size() == offered().fields.size() - 1);
  CHECK(made->value("FORM_TYPE") == "http://jabber.org/protocol/muc#roomconfig");
  CHECK(made->value("muc#roomconfig_roomname") == "old");
  CHECK(made->field("muc#roomconfig_roomowners")->values == std::vector<std::string>{"a@b", "c@d"});
}

TEST_CASE("what is set is filled in as the form means it", "[xmpp][room_configuration]") {
  room_settings how;
  how.title = "War";
  how.members_only = true;
  how.hidden = true;
  how.non_anonymous = true;
  how.password = "pw";
  auto made = filled(offered(), how);
  REQUIRE(made.has_value());
  CHECK(made->value("muc#roomconfig_roomname") == "War");
  CHECK(made->value("muc#roomconfig_membersonly") == "1");
  CHECK(made->value("muc#roomconfig_publicroom") == "0");
  CHECK(made->value("muc#roomconfig_whois") == "anyone");
  CHECK(made->value("muc#roomconfig_passwordprotectedroom") == "1");
  CHECK(made->value("muc#roomconfig_roomsecret") == "pw");
  how.password = "";
  how.hidden = false;
  how.non_anonymous = false;
  made = filled(offered(), how);
  REQUIRE(made.has_value());
  CHECK(made->value("muc#roomconfig_passwordprotectedroom") == "0");
  CHECK(made->value("muc#roomconfig_publicroom") == "1");
  CHECK(made->value("muc#roomconfig_whois") == "moderators");
}

TEST_CASE("a setting that the room does not know is an error", "[xmpp][room_configuration]") {
  room_settings how;
  how.persistent = true;
  const auto made = filled(offered(), how);
  REQUIRE(made.has_error());
  CHECK(made.error().code() == mynah::errc::not_sent);
  CHECK(made.error().message().find("muc#roomconfig_persistentroom") != std::string::npos);
}
