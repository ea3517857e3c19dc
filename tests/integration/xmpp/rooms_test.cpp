// SPDX-License-Identifier: Apache-2.0
// Rooms of real services (XEP-0045): getting in, being thrown out, and what was said before.
#include "catch.hpp"
#include "room_events.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;

namespace {

const std::string ops = "ops@rooms.bots.test";

void check_alive(slixmpp_client& ada) {
  ada.say_in(ops, "!ping");
  const auto answer = ada.wait_for_message("pong");
  CHECK(answer["type"] == "groupchat");
}

}  // namespace

TEMPLATE_TEST_CASE("what was said before the bot came is not run", "[xmpp][rooms]", prosody,
                   ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.say_in(ops, "!note before");
  ada.wait_for_message("!note before");
  noted_command note;
  xmpp_bot bot(account_in(server, ops), {note.make()});
  bot.wait_for_log(entered("ops"));
  ada.say_in(ops, "!note after");
  ada.wait_for_message("noted after");
  bot.stop();
  CHECK(note.count("before") == 0);
  CHECK(note.count("after") == 1);
}

TEMPLATE_TEST_CASE("what the bot says itself is not run", "[xmpp][rooms]", prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  noted_command note;
  xmpp_bot bot(account_in(server, ops), {saying("echo", "!note echo"), note.make()});
  bot.wait_for_log(entered("ops"));
  ada.say_in(ops, "!echo");
  ada.wait_for_message("!note echo");
  ada.say_in(ops, "!note own");
  ada.wait_for_message("noted own");
  CHECK(note.runs().size() == 1);
}

TEMPLATE_TEST_CASE("a nick in use in a room", "[xmpp][rooms]", prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "mynah");
  slixmpp_client bob = client_of(server, "bob");
  bob.join(ops, "parrot");
  auto settings = account_in(server, ops);
  settings["alternative-nicks"] = "parrot,crow";
  xmpp_bot bot(settings, {ping()});
  bot.wait_for_log(entered("ops") + " nick=crow");
  ada.say_in(ops, "crow: ping");
  CHECK(ada.wait_for_message("pong")["from"] == ops + "/crow");
  // Who has the bot's usual nick is somebody else.
  ada.say_in(ops, "mynah: ping");
  ada.say_in(ops, "!ping");
  ada.wait_for_message("pong");
}

TEMPLATE_TEST_CASE("a room with a password", "[xmpp][rooms]", prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.configure(ops, {{"muc#roomconfig_passwordprotectedroom", "1"},
                      {"muc#roomconfig_roomsecret", "open-sesame"}});
  SECTION("is open to the bot that knows it") {
    xmpp_bot bot(account_in(server, ops + ":open-sesame"), {ping()});
    bot.wait_for_log(entered("ops"));
    check_alive(ada);
    CHECK_THAT(bot.log(), !ContainsSubstring("sesame"));
  }
  SECTION("and to no other") {
    xmpp_bot bot(account_in(server, ops + ":wrong-word"), {ping()});
    bot.wait_for_log("cannot go into the room");
    CHECK_THAT(bot.log(), ContainsSubstring("it wants another password"));
    CHECK_THAT(bot.log(), !ContainsSubstring("wrong-word"));
    // It is there for others.
    ada.say("bot@bots.test", "!ping");
    ada.wait_for_message("pong");
  }
}

TEMPLATE_TEST_CASE("a room for members", "[xmpp][rooms]", prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.configure(ops, {{"muc#roomconfig_membersonly", "1"}});
  xmpp_bot bot(account_in(server, ops), {ping()});
  bot.wait_for_log("it is for members only");
  ada.administer(ops, "jid='bot@bots.test' affiliation='member'");
  bot.forward(std::chrono::minutes(31));
  bot.wait_for_log(entered("ops"));
  check_alive(ada);
  // And not a member any more.
  ada.administer(ops, "jid='bot@bots.test' affiliation='none'");
  bot.wait_for_log("out of the room room=" + ops + " how=members only");
}

TEMPLATE_TEST_CASE("kicked out, the bot comes back; banned, it does not", "[xmpp][rooms]", prosody,
                   ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  xmpp_bot bot(account_in(server, ops), {ping()});
  bot.wait_for_log(entered("ops"));
  ada.administer(ops, "nick='mynah' role='none'");
  bot.wait_for_log("out of the room room=" + ops + " how=kicked");
  bot.forward(std::chrono::seconds(6));
  bot.wait_for_log(entered("ops"), 2);
  check_alive(ada);
  ada.administer(ops, "jid='bot@bots.test' affiliation='outcast'");
  bot.wait_for_log("out of the room room=" + ops + " how=banned");
  bot.wait_for_log("not going back there");
  bot.forward(std::chrono::hours(2));
  ada.say("bot@bots.test", "!ping");
  CHECK(ada.wait_for_message("pong")["type"] == "chat");
  CHECK_THAT(bot.log(), !ContainsSubstring("we are banned there"));
}

TEMPLATE_TEST_CASE("a room that is destroyed", "[xmpp][rooms]", prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  xmpp_bot bot(account_in(server, ops), {ping()});
  bot.wait_for_log(entered("ops"));
  ada.ask("set", ops,
          "<query xmlns='http://jabber.org/protocol/muc#owner'>"
          "<destroy><reason>moved</reason></destroy></query>");
  bot.wait_for_log("out of the room room=" + ops + " how=destroyed reason=moved");
  // Half an hour later it is worth a try.
  bot.forward(std::chrono::minutes(31));
  bot.wait_for_log(entered("ops"), 2);
}

TEMPLATE_TEST_CASE("invitations are followed as the settings say", "[xmpp][rooms]", prosody,
                   ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.configure(ops, {{"muc#roomconfig_membersonly", "1"}});
  const std::string mediated =
      "<message to='" + ops +
      "'><x xmlns='http://jabber.org/protocol/muc#user'><invite to='bot@bots.test'/></x></message>";
  const std::string direct =
      "<message to='bot@bots.test'><x xmlns='jabber:x:conference' jid='" + ops + "'/></message>";
  auto settings = account_on(server);
  SECTION("any, by the room") {
    settings["invites"] = "any";
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    ada.tell({{"do", "raw"}, {"xml", mediated}});
    bot.wait_for_log(entered("ops"));
    check_alive(ada);
  }
  SECTION("any, by a person") {
    settings["invites"] = "any";
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    ada.administer(ops, "jid='bot@bots.test' affiliation='member'");
    ada.tell({{"do", "raw"}, {"xml", direct}});
    bot.wait_for_log(entered("ops"));
    check_alive(ada);
  }
  SECTION("to configured rooms") {
    settings["rooms"] = ops;
    xmpp_bot bot(settings, {ping()});
    bot.wait_for_log("it is for members only");
    ada.tell({{"do", "raw"}, {"xml", mediated}});
    bot.wait_for_log(entered("ops"));
    check_alive(ada);
  }
  SECTION("not to others") {
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    ada.tell({{"do", "raw"}, {"xml", direct}});
    bot.wait_for_log("not following an invitation room=" + ops);
  }
}

TEST_CASE("what is no room is not entered, whoever invites there", "[xmpp][rooms]") {
  prosody_options options;
  options.keeps_files = true;
  const prosody server(options);
  slixmpp_client ada = client_of(server, "ada");
  auto settings = account_on(server);
  settings["invites"] = "any";
  xmpp_bot bot(settings, {ping()});
  bot.wait_until_online();
  const auto invite_to = [&ada](const std::string& place) {
    ada.tell({{"do", "raw"},
              {"xml", "<message to='bot@bots.test'><x xmlns='jabber:x:conference' jid='" + place +
                          "'/></message>"}});
  };
  // A service that keeps files.
  invite_to("room@files.bots.test");
  bot.wait_for_log(
      "not following an invitation room=room@files.bots.test reason=it is no room "
      "by=ada@bots.test (1) count=1");
  // A room that nobody has made yet tells nothing of itself, but its service does.
  invite_to("new@rooms.bots.test");
  bot.wait_for_log("in the room room=new@rooms.bots.test");
}

TEMPLATE_TEST_CASE("what happens in a room is told", "[xmpp][rooms]", prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  const auto events = std::make_shared<room_events>();
  xmpp_bot bot(account_in(server, ops), {}, {}, {events});
  bot.wait_for_log(entered("ops"));
  CHECK(events->wait_for(mynah::event_type::join).origin == mynah::event_origin::self);
  {
    slixmpp_client bob = client_of(server, "bob");
    bob.join(ops, "bob");
    const mynah::event joined = events->wait_for(mynah::event_type::join);
    CHECK(joined.from.room == ops);
    CHECK(joined.from.user == "bob");
    CHECK(joined.origin == mynah::event_origin::person);
    bob.tell({{"do", "leave"}, {"room", ops}, {"nick", "bob"}});
    CHECK(events->wait_for(mynah::event_type::part).from.user == "bob");
  }
  ada.tell({{"do", "raw"},
            {"xml", "<message to='" + ops +
                        "' type='groupchat'><subject>deploys today</subject></message>"}});
  const mynah::event topic = events->wait_for(mynah::event_type::topic);
  CHECK(topic.text == "deploys today");
  CHECK(topic.from.user == "ada");
  ada.join(ops, "countess");
  const mynah::event renamed = events->wait_for(mynah::event_type::part);
  CHECK(renamed.from.user == "ada");
  CHECK(renamed.text == "countess");
  CHECK(events->wait_for(mynah::event_type::join).from.user == "countess");
}

TEMPLATE_TEST_CASE("many rooms are entered, some at a time", "[xmpp][rooms]", prosody, ejabberd) {
  const TestType server;
  std::string all;
  for (int i = 0; i < 60; ++i) {
    all += (i == 0 ? "room" : ",room") + std::to_string(i) + "@rooms.bots.test";
  }
  xmpp_bot bot(account_in(server, all), {ping()});
  bot.wait_for_log("in the room", 60);
  slixmpp_client ada = client_of(server, "ada");
  ada.join("room31@rooms.bots.test", "ada");
  ada.say_in("room31@rooms.bots.test", "!ping");
  ada.wait_for_message("pong");
}

TEMPLATE_TEST_CASE("an impostor in an anonymous room has no rights", "[xmpp][rooms][identity]",
                   prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "boss");
  noted_command deploy("deploy");
  noted_command note;
  // The grant is Ada's, and the nicks are what somebody might take her by.
  xmpp_bot bot(account_in(server, ops), {deploy.make(true), note.make()},
               {{"role", "deployer=deploy"}, {"grant", "xmpp/ada@bots.test=deployer"}});
  bot.wait_for_log(entered("ops"));
  SECTION("whatever the nick") {
    slixmpp_client bob = client_of(server, "bob");
    bob.join(ops, "ada@bots.test");
    bob.say_in(ops, "!deploy evil");
    bob.say_in(ops, "!note who");
    bob.wait_for_message("noted who");
    bot.stop();
    CHECK(deploy.runs().empty());
    CHECK(note.runs().at(0).first == "unverified:xmpp/" + ops + "/ada@bots.test");
  }
  SECTION("not even whoever has them elsewhere") {
    ada.say_in(ops, "!deploy mine");
    ada.say_in(ops, "!note who");
    ada.wait_for_message("noted who");
    CHECK(deploy.runs().empty());
    ada.say("bot@bots.test", "!deploy mine");
    ada.wait_for_message("noted mine");
    bot.stop();
    CHECK(deploy.runs().at(0).first == "xmpp/ada@bots.test");
  }
}

TEMPLATE_TEST_CASE("a room that shows who is who gives them their rights",
                   "[xmpp][rooms][identity]", prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.configure(ops, {{"muc#roomconfig_whois", "anyone"}});
  noted_command deploy("deploy");
  xmpp_bot bot(account_in(server, ops), {deploy.make(true), ping()},
               {{"role", "deployer=deploy"}, {"grant", "xmpp/ada@bots.test=deployer"}});
  bot.wait_for_log(entered("ops"));
  ada.say_in(ops, "!deploy mine");
  ada.wait_for_message("noted mine");
  CHECK(deploy.runs().at(0).first == "xmpp/ada@bots.test");
  slixmpp_client bob = client_of(server, "bob");
  bob.join(ops, "ada@bots.test");
  bob.say_in(ops, "!deploy evil");
  bob.say_in(ops, "!ping");
  bob.wait_for_message("pong");
  CHECK(deploy.count("evil") == 0);
}

namespace {

// The bot notices that it is out of the room, and goes in again.
template <class Server, class Forget>
void check_comes_back(const Server& server, const Forget& forget) {
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  xmpp_bot bot(account_in(server, ops), {ping()});
  bot.wait_for_log(entered("ops"));
  forget(ada);
  bot.forward(std::chrono::minutes(15));
  bot.wait_for_log(entered("ops"), 2);
  check_alive(ada);
  CHECK_THAT(bot.log(), !ContainsSubstring("out of the room room="));
}

}  // namespace

TEST_CASE("a room that has forgotten the bot is entered again, on Prosody",
          "[xmpp][rooms][self-ping]") {
  const temp_directory modules;
  // As a service that lost its memory: nobody is told.
  modules.write("mod_forget.lua", R"(
module:hook("muc-occupant-groupchat", function(event)
  if event.stanza:get_child_text("body") ~= "forget the bot" then return end
  local room = event.room
  local nick = room.jid .. "/mynah"
  for real in room._occupants[nick]:each_session() do room._jid_nick[real] = nil end
  room._occupants[nick] = nil
end, 100)
)");
  prosody_options options;
  options.plugin_path = modules.path().string();
  options.rooms_more = "modules_enabled = { \"muc_mam\", \"forget\" }";
  const prosody server(options);
  check_comes_back(server, [](slixmpp_client& ada) {
    ada.say_in(ops, "forget the bot");
    ada.wait_for_message("forget the bot");
  });
}

TEST_CASE("a room that has forgotten the bot is entered again, on ejabberd",
          "[xmpp][rooms][self-ping]") {
  // As on a bad line between servers: the bot is not told that it is thrown out.
  ejabberd_options options;
  options.code = R"(ejabberd_hooks:add(filter_packet, fun(P) ->
    case {element(1, P), xmpp:get_type(P), jid:encode(xmpp:get_to(P))} of
      {presence, unavailable, <<"bot@bots.test/here">>} -> drop;
      _ -> P
    end end, 50))";
  const ejabberd server(options);
  check_comes_back(server,
                   [](slixmpp_client& ada) { ada.administer(ops, "nick='mynah' role='none'"); });
}

TEMPLATE_TEST_CASE("who is in a room and asks stays there", "[xmpp][rooms][self-ping]", prosody,
                   ejabberd) {
  const TestType server;
  auto settings = account_in(server, ops);
  settings["room-check"] = "10m";
  xmpp_bot bot(settings, {ping()});
  bot.wait_for_log(entered("ops"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  bot.forward(std::chrono::minutes(10));
  ada.say_in(ops, "!ping");
  ada.wait_for_message("pong");
  ada.say_in(ops, "!ping");
  ada.wait_for_message("pong");
  bot.stop();
  CHECK(bot.log().find("not in the room any more") == std::string::npos);
}

namespace {

const std::string dev = "dev@rooms.bots.test";

/// Another client of the bot's account, with bookmarks.
class desk {
 public:
  template <class Server>
  explicit desk(const Server& server)
      : client_(server.port(), server.ca_file(), "bot@bots.test/desk", "bot-secret") {
    // ejabberd has it in its configuration, and knows no such option.
    if (std::is_same_v<Server, ejabberd>) most_.clear();
  }

  void mark(const std::string& room, const std::string& autojoin) {
    ask("<publish node='urn:xmpp:bookmarks:1'><item id='" + room +
        "'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='" + autojoin +
        "'/></item></publish><publish-options><x xmlns='jabber:x:data' type='submit'>"
        "<field var='FORM_TYPE' type='hidden'><value>"
        "http://jabber.org/protocol/pubsub#publish-options</value></field>"
        "<field var='pubsub#persist_items'><value>true</value></field>" +
        most_ +
        "<field var='pubsub#access_model'><value>whitelist</value></field>"
        "</x></publish-options>");
  }
  void take_back(const std::string& room) {
    ask("<retract node='urn:xmpp:bookmarks:1' notify='true'><item id='" + room + "'/></retract>");
  }

 private:
  void ask(const std::string& what) {
    const auto answer = client_.ask(
        "set", "", "<pubsub xmlns='http://jabber.org/protocol/pubsub'>" + what + "</pubsub>");
    CAPTURE(what, answer);
    REQUIRE(answer["type"] == "result");
  }

  slixmpp_client client_;
  std::string most_ = "<field var='pubsub#max_items'><value>max</value></field>";
};

}  // namespace

TEMPLATE_TEST_CASE("rooms that are marked at the account are entered", "[xmpp][rooms][bookmarks]",
                   prosody, ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  {
    desk other(server);
    other.mark(ops, "true");
    other.mark(dev, "false");
  }
  auto settings = account_on(server);
  settings["bookmarks"] = "yes";
  xmpp_bot bot(settings, {ping()});
  bot.wait_for_log(entered("ops"));
  check_alive(ada);
  CHECK_THAT(bot.log(), !ContainsSubstring("dev@"));
}

TEMPLATE_TEST_CASE("rooms are entered and left as their bookmarks come and go",
                   "[xmpp][rooms][bookmarks]", prosody, ejabberd) {
  const TestType server;
  desk other(server);
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.join(dev, "ada");
  auto settings = account_in(server, "lab@rooms.bots.test");
  settings["bookmarks"] = "yes";
  xmpp_bot bot(settings, {ping()});
  bot.wait_for_log(entered("lab"));
  ada.say("bot@bots.test", "!ping");
  ada.wait_for_message("pong");
  other.mark(ops, "true");
  bot.wait_for_log(entered("ops"));
  other.mark(dev, "1");
  bot.wait_for_log(entered("dev"));
  check_alive(ada);
  const auto has_left = [&ada](const std::string& room) {
    ada.wait_for({{"event", "presence"}, {"from", room + "/mynah"}, {"type", "unavailable"}});
  };
  other.mark(dev, "false");
  has_left(dev);
  // ejabberd 23.01 tells nobody of bookmarks that are taken back.
  if (std::is_same_v<TestType, ejabberd>) {
    other.mark(ops, "false");
  } else {
    other.take_back(ops);
  }
  has_left(ops);
  // Where the settings want it to be it stays.
  other.mark("lab@rooms.bots.test", "true");
  other.take_back("lab@rooms.bots.test");
  other.mark(ops, "true");
  bot.wait_for_log(entered("ops"), 2);
  check_alive(ada);
  CHECK_THAT(bot.log(), !ContainsSubstring("leaving the room, its bookmark is gone room=lab"));
}
