// SPDX-License-Identifier: Apache-2.0
// A bot that owns a domain (XEP-0114), seen from a client.
#include <algorithm>

#include <mynah/sqlite.hpp>

#include "catch.hpp"
#include "temp_directory.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;
using json = slixmpp_client::json;

namespace {

/// A server with `component.bots.test`.
template <class Server>
options_of<Server> with_component() {
  options_of<Server> options;
  options.component_secret = "component-secret";
  return options;
}

template <class Server>
running_bot::settings component_on(const Server& server) {
  return {{"jid", "component.bots.test"},
          {"password", "component-secret"},
          {"component", "yes"},
          {"host", "127.0.0.1"},
          {"port", std::to_string(server.component_port())}};
}

const std::string build = "build@component.bots.test";

json presence(const std::string& type) {
  return {{"event", "presence"}, {"from", build}, {"type", type}};
}

}  // namespace

TEMPLATE_TEST_CASE("a component is at the address that was written to", "[xmpp][component]",
                   prosody, ejabberd) {
  const TestType server(with_component<TestType>());
  noted_command note;
  xmpp_bot bot(component_on(server), {ping(), note.make()});
  bot.wait_until_online();
  slixmpp_client bob = client_of(server, "bob");
  bob.say(build, "!note one");
  CHECK(bob.wait_for_message("noted one")["from"] == build);
  bob.say("component.bots.test", "!note two");
  CHECK(bob.wait_for_message("noted two")["from"] == "component.bots.test");
  CHECK(note.runs().front().first == "xmpp/bob@bots.test");

  const std::string from = "from=\"" + build + "\"";
  const json version = bob.ask("get", build, "<query xmlns='jabber:iq:version'/>");
  CHECK(version["type"] == "result");
  CHECK_THAT(std::string(version["xml"]), ContainsSubstring(from));
  const json info = bob.ask("get", build, "<query xmlns='http://jabber.org/protocol/disco#info'/>");
  CHECK(info["type"] == "result");
  bob.tell({{"do", "command"}, {"to", build}, {"node", "ping"}});
  const json run = bob.wait_for({{"event", "command"}});
  CHECK(run["note"] == "pong");
  CHECK_THAT(std::string(run["xml"]), ContainsSubstring(from));
}

TEMPLATE_TEST_CASE("a component's presence is told to whom asks", "[xmpp][component]", prosody,
                   ejabberd) {
  const TestType server(with_component<TestType>());
  auto settings = component_on(server);
  SECTION("and whenever they come") {
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    {
      slixmpp_client bob = client_of(server, "bob");
      bob.tell({{"do", "presence"}, {"to", build}, {"type", "subscribe"}});
      bob.wait_for(presence("available"));
    }
    // Their server asks (a probe).
    slixmpp_client bob = client_of(server, "bob");
    bob.wait_for(presence("available"));
    bot.stop();
    bob.wait_for(presence("unavailable"));
  }
  SECTION("and refused where nobody may know") {
    settings["subscriptions"] = "no";
    xmpp_bot bot(settings, {ping()});
    bot.wait_until_online();
    slixmpp_client bob = client_of(server, "bob");
    // Refusals are told to clients that have looked at the roster.
    bob.ask("get", "bob@bots.test", "<query xmlns='jabber:iq:roster'/>");
    bob.tell({{"do", "presence"}, {"to", build}, {"type", "subscribe"}});
    bob.wait_for(presence("unsubscribed"));
  }
}

TEMPLATE_TEST_CASE("a component that is started again tells those who saw it", "[xmpp][component]",
                   prosody, ejabberd) {
  const TestType server(with_component<TestType>());
  const temp_directory state;
  const auto started = [&] {
    return std::make_unique<xmpp_bot>(
        component_on(server), std::vector<mynah::command_ptr>{ping()},
        running_bot::settings{{"store", "sqlite"}, {"state-dir", state.path().string()}},
        std::vector<std::shared_ptr<mynah::stream>>{},
        std::vector<const mynah::plugin_info*>{&mynah::sqlite::plugin()});
  };
  slixmpp_client bob = client_of(server, "bob");
  // He stays, so that his server does not ask again. Each bot is gone before the next: one state
  // directory is one bot's.
  auto bot = started();
  bot->wait_until_online();
  bob.tell({{"do", "presence"}, {"to", build}, {"type", "subscribe"}});
  bob.wait_for(presence("available"));
  bot.reset();
  bob.wait_for(presence("unavailable"));
  bot = started();
  bob.wait_for(presence("available"));
  bob.tell({{"do", "presence"}, {"to", build}, {"type", "unsubscribe"}});
  bob.wait_for(presence("unavailable"));
  bot.reset();
  bot = started();
  bot->wait_until_online();
  // Whatever it has to tell comes before this.
  bob.say(build, "!ping");
  bob.wait_for_message("pong");
  const auto shown = [&bob] {
    return std::count_if(bob.heard().begin(), bob.heard().end(), [](const json& each) {
      return each["event"] == "presence" && each["from"] == build && each["type"] == "available";
    });
  };
  CHECK(shown() == 2);
}
