// SPDX-License-Identifier: Apache-2.0
// What is said while the bot is away, out of the archives of real servers (XEP-0313).
#include "catch.hpp"
#include "cutting_proxy.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;

namespace {

const std::string ops = "ops@rooms.bots.test";

// The bot's line is dead until it is held no more, and its session with the server ends.
void go_away(cutting_proxy& line, xmpp_bot& bot, slixmpp_client& witness) {
  line.hold(true);
  line.cut();
  bot.wait_for_log("not connected; trying again");
  witness.wait_for({{"event", "presence"}, {"from", ops + "/mynah"}, {"type", "unavailable"}});
}

void come_back(cutting_proxy& line, xmpp_bot& bot) {
  line.hold(false);
  bot.forward(std::chrono::seconds(61));
  bot.wait_for_log(entered("ops"), 2);
}

template <class Server>
running_bot::settings settings_behind(const Server& server, const cutting_proxy& line) {
  auto settings = account_in(server, ops);
  settings["port"] = std::to_string(line.port());
  return settings;
}

template <class Server>
Server impatient() {
  options_of<Server> options;
  options.resume_seconds = 1;
  return Server(options);
}

}  // namespace

TEMPLATE_TEST_CASE("what was said while the bot was away is caught up with, once",
                   "[xmpp][catch_up]", prosody, ejabberd) {
  const TestType server = impatient<TestType>();
  cutting_proxy line(server.port());
  noted_command in_room("note");
  noted_command in_private("jot");
  xmpp_bot bot(settings_behind(server, line), {in_room.make(), in_private.make()});
  bot.wait_for_log(entered("ops"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.say_in(ops, "!note before");
  ada.wait_for_message("noted before");
  ada.say("bot@bots.test", "!jot before");
  ada.wait_for_message("noted before");
  go_away(line, bot, ada);
  ada.say_in(ops, "!note first");
  ada.say_in(ops, "!note second");
  ada.say("bot@bots.test", "!jot third");
  ada.say("bot@bots.test", "!jot fourth");
  come_back(line, bot);
  // The account is there before the room.
  ada.wait_for_message("noted fourth");
  ada.wait_for_message("noted second");
  ada.say_in(ops, "!note after");
  CHECK(ada.wait_for_message("noted after")["type"] == "groupchat");
  ada.say("bot@bots.test", "!jot after");
  CHECK(ada.wait_for_message("noted after")["type"] == "chat");
  bot.stop();
  const auto texts_of = [](const noted_command& command) {
    std::vector<std::string> texts;
    for (const auto& [who, what] : command.runs()) texts.push_back(what);
    return texts;
  };
  CHECK(texts_of(in_room) == std::vector<std::string>{"before", "first", "second", "after"});
  CHECK(texts_of(in_private) == std::vector<std::string>{"before", "third", "fourth", "after"});
}

TEMPLATE_TEST_CASE("who said it is known in a room that shows addresses, and nobody else can be it",
                   "[xmpp][catch_up][identity]", prosody, ejabberd) {
  const TestType server = impatient<TestType>();
  cutting_proxy line(server.port());
  slixmpp_client ada = client_of(server, "ada");
  ada.join(ops, "ada");
  ada.configure(ops, {{"muc#roomconfig_whois", "anyone"}});
  slixmpp_client bob = client_of(server, "bob");
  bob.join(ops, "bob");
  noted_command note;
  noted_command deploy("deploy");
  xmpp_bot bot(settings_behind(server, line), {note.make(), deploy.make(true)},
               {{"role", "deployer=deploy"}, {"grant", "xmpp/ada@bots.test=deployer"}});
  bot.wait_for_log(entered("ops"));
  ada.say_in(ops, "!note before");
  ada.wait_for_message("noted before");
  go_away(line, bot, ada);
  ada.say_in(ops, "!deploy mine");
  // Bob says that Ada says it.
  bob.tell({{"do", "say"},
            {"to", ops},
            {"type", "groupchat"},
            {"body", "!deploy evil"},
            {"xml",
             "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='owner' "
             "role='moderator' jid='ada@bots.test'/></x>"}});
  bob.say_in(ops, "!note last");
  come_back(line, bot);
  ada.wait_for_message("noted last");
  bot.stop();
  REQUIRE(deploy.runs().size() == 1);
  CHECK(deploy.runs()[0] == std::pair<std::string, std::string>("xmpp/ada@bots.test", "mine"));
  CHECK(note.runs().back().first == "xmpp/bob@bots.test");
}
