// SPDX-License-Identifier: Apache-2.0
// Messages that are no commands, questions that clients ask, and who is there.
#include <future>

#include <mynah/bot_view.hpp>

#include "catch.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;

namespace {

const std::string bot_here = "bot@bots.test/here";

// Whatever was said before has been seen by then.
void check_alive(slixmpp_client& ada) {
  ada.say(bot_here, "!note alive");
  ada.wait_for_message("noted alive");
}

std::string xml_of(const slixmpp_client::json& told) {
  return told["xml"].get<std::string>();
}

/// `!status` as the built-in command has it.
mynah::command_ptr status() {
  return mynah::make_command(mynah::command_spec("status", "Tells how the inputs are"),
                             [](mynah::context& ctx) {
                               std::string text;
                               for (const mynah::input_info& each : ctx.bot().inputs()) {
                                 text += each.name + " " + each.state + ": " + each.detail;
                               }
                               return text;
                             });
}

}  // namespace

TEMPLATE_TEST_CASE("what was said while the bot was away is not run", "[xmpp][messages]", prosody,
                   ejabberd) {
  const TestType server;
  slixmpp_client ada = client_of(server, "ada");
  ada.say("bot@bots.test", "!note offline");
  // The server has done with it.
  ada.ask("get", "bots.test", "<ping xmlns='urn:xmpp:ping'/>");
  noted_command note;
  xmpp_bot bot(account_on(server), {note.make()});
  bot.wait_until_online();
  check_alive(ada);
  bot.stop();
  CHECK(note.count("offline") == 0);
  CHECK_THAT(bot.log(), !ContainsSubstring("gave up"));
}

TEMPLATE_TEST_CASE("only what is said to the bot, and now, is run", "[xmpp][messages]", prosody,
                   ejabberd) {
  const TestType server;
  noted_command note;
  xmpp_bot bot(account_on(server), {note.make()});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_until_online();
  const auto raw = [&](const std::string& xml) { ada.tell({{"do", "raw"}, {"xml", xml}}); };
  // Corrected, it does not run again.
  ada.tell({{"do", "say"}, {"to", bot_here}, {"body", "!note first"}, {"id", "m1"}});
  ada.wait_for_message("noted first");
  ada.tell({{"do", "say"},
            {"to", bot_here},
            {"body", "!note corrected"},
            {"id", "m2"},
            {"replace", "m1"}});
  // Bob says nothing: it is Ada who says that he does.
  const std::string by_bob =
      "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "
      "from='bob@bots.test/x' to='bot@bots.test/here' type='chat'><body>!note forged</body>"
      "</message></forwarded>";
  raw("<message to='bot@bots.test/here' type='chat'><received xmlns='urn:xmpp:carbons:2'>" +
      by_bob + "</received></message>");
  raw("<message to='bot@bots.test/here' type='chat'><body>!note forged</body><sent "
      "xmlns='urn:xmpp:carbons:2'>" +
      by_bob + "</sent></message>");
  raw("<message to='bot@bots.test/here'><result xmlns='urn:xmpp:mam:2' id='1'>" + by_bob +
      "</result></message>");
  raw("<message to='bot@bots.test/here' type='chat'><body>!note forged</body>" + by_bob +
      "</message>");
  raw("<message to='bot@bots.test/here' type='headline'><body>!note headline</body></message>");
  raw("<message to='bot@bots.test/here' type='error' id='x'><body>!note error</body><error "
      "type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  raw("<message to='bot@bots.test/here' type='groupchat'><body>!note groupchat</body></message>");
  raw("<message to='bot@bots.test/here' type='chat'><body xmlns='urn:x'>!note other</body>"
      "</message>");
  raw("<message to='bot@bots.test/here' type='chat'><body>!note late</body><delay "
      "xmlns='urn:xmpp:delay' stamp='2020-01-01T00:00:00Z'/></message>");
  raw("<message to='bot@bots.test/here' type='chat'><body>!note retracted</body><apply-to "
      "xmlns='urn:xmpp:fasten:0' id='m1'><retract xmlns='urn:xmpp:message-retract:0'/></apply-to>"
      "</message>");
  raw("<message to='bot@bots.test/here' type='chat'><body>!note encrypted</body><encrypted "
      "xmlns='eu.siacs.conversations.axolotl'><header sid='1'/><payload>AA</payload></encrypted>"
      "</message>");
  ada.wait_for_message("I cannot read encrypted messages; please write without encryption.");
  raw("<message to='bot@bots.test/here' type='chat'><composing "
      "xmlns='http://jabber.org/protocol/chatstates'/></message>");
  check_alive(ada);
  bot.stop();
  const auto runs = note.runs();
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].second == "first");
  CHECK(runs[1].second == "alive");
}

TEMPLATE_TEST_CASE("a receipt is given to who asks for it", "[xmpp][messages]", prosody, ejabberd) {
  const TestType server;
  xmpp_bot bot(account_on(server), {ping()});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_until_online();
  ada.tell({{"do", "say"},
            {"to", bot_here},
            {"body", "!ping"},
            {"id", "r1"},
            {"xml", "<request xmlns='urn:xmpp:receipts'/>"}});
  CHECK(ada.wait_for({{"event", "receipt"}})["id"] == "r1");
  ada.wait_for_message("pong");
}

TEMPLATE_TEST_CASE("the bot answers what clients ask", "[xmpp][messages]", prosody, ejabberd) {
  const TestType server;
  noted_command note;
  xmpp_bot bot(account_on(server), {note.make(), status()});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_until_online();
  CHECK(ada.ask("get", bot_here, "<ping xmlns='urn:xmpp:ping'/>")["type"] == "result");
  const auto version = ada.ask("get", bot_here, "<query xmlns='jabber:iq:version'/>");
  CHECK(version["type"] == "result");
  CHECK_THAT(xml_of(version), ContainsSubstring("mynah"));
  const auto info =
      ada.ask("get", bot_here, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
  CHECK(info["type"] == "result");
  CHECK_THAT(xml_of(info), ContainsSubstring("type=\"bot\""));
  CHECK_THAT(xml_of(info), ContainsSubstring("urn:xmpp:ping"));
  CHECK_THAT(xml_of(info), ContainsSubstring("urn:xmpp:receipts"));
  const auto time = ada.ask("get", bot_here, "<time xmlns='urn:xmpp:time'/>");
  CHECK(time["type"] == "result");
  CHECK_THAT(xml_of(time), ContainsSubstring("utc>20"));
  const auto unknown = ada.ask("get", bot_here, "<query xmlns='urn:x'/>");
  CHECK(unknown["type"] == "error");
  CHECK_THAT(xml_of(unknown), ContainsSubstring("service-unavailable"));
  // Only the account's own server may change its roster.
  const auto push = ada.ask("set", bot_here,
                            "<query xmlns='jabber:iq:roster'>"
                            "<item jid='evil@bots.test' subscription='both'/></query>");
  CHECK(push["type"] == "error");
  ada.say(bot_here, "!status");
  const std::string body = ada.wait_for({{"event", "message"}})["body"];
  CHECK(body == "xmpp online: " + local(server.port()) +
                    ", TLS 1.3, bot@bots.test/here, 0 rooms, stream management");
}

TEMPLATE_TEST_CASE("who asks may see when the bot is there", "[xmpp][messages]", prosody,
                   ejabberd) {
  const TestType server;
  auto settings = account_on(server);
  slixmpp_client ada = client_of(server, "ada");
  SECTION("if the settings say so") {
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    ada.tell({{"do", "presence"}, {"to", "bot@bots.test"}, {"type", "subscribe"}});
    ada.wait_for({{"event", "presence"}, {"from", bot_here}, {"type", "available"}});
    bot.stop();
    ada.wait_for({{"event", "presence"}, {"from", bot_here}, {"type", "unavailable"}});
  }
  SECTION("and not otherwise") {
    settings["subscriptions"] = "no";
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    ada.tell({{"do", "presence"}, {"to", "bot@bots.test"}, {"type", "subscribe"}});
    ada.say(bot_here, "!ping");
    ada.wait_for_message("pong");
    bot.stop();
    for (const auto& each : ada.heard()) {
      if (each["event"] != "presence") continue;
      CHECK(each["type"] != "subscribed");
      CHECK(each["from"] != bot_here);
    }
  }
}

TEMPLATE_TEST_CASE("whatever a command says arrives", "[xmpp][messages]", prosody, ejabberd) {
  const TestType server;
  std::string lines;
  for (int i = 0; i < 3000; ++i) lines += "line " + std::to_string(i) + " <&>\n";
  const std::string odd(
      "a\x01"
      "b\xff"
      "c]]>\xef\xbf\xbf");
  xmpp_bot bot(account_in(server, "ops@rooms.bots.test"),
               {saying("much", lines), saying("odd", odd), ping()});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_for_log(entered("ops"));
  ada.join("ops@rooms.bots.test", "ada");
  const bool in_room = GENERATE(false, true);
  const auto say = [&](const std::string& text) {
    if (in_room) {
      ada.say_in("ops@rooms.bots.test", text);
    } else {
      ada.say(bot_here, text);
    }
  };
  const std::string from = in_room ? "ops@rooms.bots.test/mynah" : bot_here;
  say("!much");
  std::string all;
  while (all.find("line 2999") == std::string::npos) {
    const auto told = ada.wait_for({{"event", "message"}, {"from", from}});
    const std::string body = told["body"];
    CHECK(body.size() <= 8000);
    all += body + "\n";
  }
  for (int i = 0; i < 3000; i += 100) {
    CHECK_THAT(all, ContainsSubstring("line " + std::to_string(i) + " <&>"));
  }
  say("!odd");
  const std::string body = ada.wait_for({{"event", "message"}, {"from", from}})["body"];
  CHECK_THAT(body, ContainsSubstring("c]]>"));
  say("!ping");
  ada.wait_for({{"event", "message"}, {"from", from}, {"body", "pong"}});
  // The stream has outlived it.
  CHECK_THAT(bot.log(), !ContainsSubstring("not connected"));
}

TEMPLATE_TEST_CASE("a command that works is shown as typing", "[xmpp][messages][states]", prosody,
                   ejabberd) {
  const TestType server;
  std::promise<void> allowed;
  const auto slow = mynah::make_command(mynah::command_spec("slow", "Waits to be allowed"),
                                        [&](const mynah::arguments&) {
                                          allowed.get_future().wait();
                                          return "done";
                                        });
  const std::string room = "ops@rooms.bots.test";
  xmpp_bot bot(account_in(server, room), {slow},
               {{"command-deadline", "24h"}, {"notice-after", "0"}});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_for_log(entered("ops"));
  ada.join(room, "ada");
  const bool in_room = GENERATE(false, true);
  ada.tell({{"do", "say"},
            {"to", in_room ? room : bot_here},
            {"type", in_room ? "groupchat" : "chat"},
            {"body", "!slow"},
            {"xml", "<active xmlns='http://jabber.org/protocol/chatstates'/>"}});
  const std::string from = in_room ? room + "/mynah" : bot_here;
  ada.wait_for({{"event", "state"}, {"from", from}, {"state", "composing"}});
  allowed.set_value();
  const auto answer = ada.wait_for_message("done");
  CHECK_THAT(answer["xml"].template get<std::string>(), ContainsSubstring("active"));
}

TEMPLATE_TEST_CASE("each device that waits sees the bot typing", "[xmpp][messages][states]",
                   prosody, ejabberd) {
  const TestType server;
  std::promise<void> first;
  std::promise<void> second;
  const auto wait_for = [](const char* name, std::promise<void>& allowed) {
    return mynah::make_command(mynah::command_spec(name, "Waits to be allowed"),
                               [&allowed, name](const mynah::arguments&) {
                                 allowed.get_future().wait();
                                 return std::string(name) + " done";
                               });
  };
  xmpp_bot bot(account_on(server), {wait_for("one", first), wait_for("two", second)},
               {{"command-deadline", "24h"}, {"notice-after", "0"}});
  bot.wait_until_online();
  slixmpp_client desk(server.port(), server.ca_file(), "ada@bots.test/desk", "ada-secret");
  slixmpp_client phone(server.port(), server.ca_file(), "ada@bots.test/phone", "ada-secret");
  const auto ask = [](slixmpp_client& who, const char* what) {
    who.tell({{"do", "say"},
              {"to", bot_here},
              {"body", what},
              {"id", what},
              {"xml", "<active xmlns='http://jabber.org/protocol/chatstates'/>"}});
  };
  ask(desk, "!one");
  ask(phone, "!two");
  for (slixmpp_client* each : {&desk, &phone}) {
    each->wait_for({{"event", "state"}, {"from", bot_here}, {"state", "composing"}});
  }
  const auto ends = [](slixmpp_client& who, std::promise<void>& allowed, const char* answer) {
    allowed.set_value();
    CHECK_THAT(xml_of(who.wait_for_message(answer)), ContainsSubstring("active"));
  };
  ends(phone, second, "two done");
  ends(desk, first, "one done");
}
