// SPDX-License-Identifier: Apache-2.0
// Talks between two, and rooms, on Prosody and ejabberd.
#include "catch.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;

TEMPLATE_TEST_CASE("a command in a private talk is answered there", "[xmpp]", prosody, ejabberd) {
  const TestType server;
  auto settings = account_on(server);
  xmpp_bot bot(settings, {ping()});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_until_online();
  ada.tell({{"do", "say"}, {"to", "bot@bots.test"}, {"body", "!ping"}, {"thread", "t1"}});
  const auto answer = ada.wait_for_message("pong");
  CHECK(answer["type"] == "chat");
  CHECK(answer["from"] == "bot@bots.test/here");
  CHECK(answer["thread"] == "t1");
  // Without a type it is a message all the same.
  ada.tell({{"do", "say"}, {"to", "bot@bots.test"}, {"body", "ping"}, {"type", "normal"}});
  ada.wait_for_message("pong");
}

TEST_CASE("a command may be a reply", "[xmpp]") {
  const prosody server;
  noted_command note;
  xmpp_bot bot(account_on(server), {note.make()});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_until_online();
  // As clients write it for those that show no replies.
  ada.tell({{"do", "raw"},
            {"xml",
             "<message to='bot@bots.test' type='chat' id='r1'>"
             "<body>&gt; what now\xE2\x80\xA6\n!note one</body>"
             "<reply xmlns='urn:xmpp:reply:0' to='bot@bots.test' id='x'/>"
             "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>"
             "<body start='0' end='12'/></fallback></message>"}});
  ada.wait_for_message("noted one");
}

TEMPLATE_TEST_CASE("direct TLS is as good as STARTTLS", "[xmpp]", prosody, ejabberd) {
  const TestType server;
  auto settings = account_on(server);
  settings["port"] = std::to_string(server.tls_port());
  settings["direct-tls"] = "yes";
  xmpp_bot bot(settings, {ping()});
  slixmpp_client ada = client_of(server, "ada");
  bot.wait_until_online();
  ada.say("bot@bots.test", "!ping");
  ada.wait_for_message("pong");
}

TEMPLATE_TEST_CASE("a command in a room is answered in the room", "[xmpp]", prosody, ejabberd) {
  const TestType server;
  xmpp_bot bot(account_in(server, "ops@rooms.bots.test"), {ping()});
  bot.wait_for_log(entered("ops"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  ada.say_in("ops@rooms.bots.test", "!ping");
  const auto answer = ada.wait_for_message("pong");
  // As the answer to that, by the id that the room gave it.
  const std::string asked = ada.heard().at(ada.heard().size() - 2)["xml"];
  const std::string xml = answer["xml"];
  const std::string reply = xml.substr(xml.find(":reply "));
  const std::size_t at = reply.find(" id=\"") + 5;
  const std::string id = reply.substr(at, reply.find('"', at) - at);
  CHECK_THAT(reply, ContainsSubstring("to=\"ops@rooms.bots.test/ada\""));
  CHECK_THAT(asked, ContainsSubstring("id=\"" + id + "\""));
  CHECK_FALSE(id.empty());
  CHECK(answer["type"] == "groupchat");
  CHECK(answer["from"] == "ops@rooms.bots.test/mynah");
  // By name, and between two within the room.
  ada.say_in("ops@rooms.bots.test", "mynah: ping");
  CHECK(ada.wait_for_message("pong")["type"] == "groupchat");
  ada.say("ops@rooms.bots.test/mynah", "!ping");
  const auto aside = ada.wait_for_message("pong");
  CHECK(aside["type"] == "chat");
  CHECK(aside["from"] == "ops@rooms.bots.test/mynah");
}

TEMPLATE_TEST_CASE("an answer goes to where the question came from", "[xmpp]", prosody, ejabberd) {
  const TestType server;
  xmpp_bot bot(account_on(server), {ping()});
  bot.wait_until_online();
  slixmpp_client desk = client_of(server, "ada");
  slixmpp_client phone(server.port(), server.ca_file(), "ada@bots.test/phone", "ada-secret");
  for (int i = 0; i < 3; ++i) {
    desk.say("bot@bots.test", "!ping");
    desk.wait_for_message("pong");
    phone.say("bot@bots.test", "!ping");
    phone.wait_for_message("pong");
  }
  std::size_t answers = 0;
  for (const auto& each : desk.heard()) answers += each.value("body", "") == "pong" ? 1U : 0U;
  CHECK(answers == 3);
}
