// SPDX-License-Identifier: Apache-2.0
// The bot's commands in a client's menu (XEP-0050), on Prosody.
#include <algorithm>

#include <mynah/async_command.hpp>
#include <mynah/context.hpp>
#include <mynah/error.hpp>

#include "catch.hpp"
#include "prosody.hpp"
#include "slixmpp_client.hpp"
#include "xmpp_bot.hpp"

using mynah::command_spec;
using mynah::make_command;
using mynah::parameter;
using mynah_test::account_on;
using mynah_test::ping;
using mynah_test::prosody;
using mynah_test::slixmpp_client;
using mynah_test::xmpp_bot;
using json = slixmpp_client::json;

namespace {

slixmpp_client client_of(const prosody& server, const std::string& name) {
  return slixmpp_client(server.port(), server.ca_file(), name + "@bots.test/there",
                        name + "-secret");
}

std::vector<mynah::command_ptr> commands() {
  command_spec echo("echo", "Says it again");
  echo.parameter(parameter::string("text"));
  echo.parameter(parameter::choice("how", {"plain", "loud"}).fallback("plain"));
  command_spec restart("restart", "Restarts a service");
  restart.parameter(parameter::string("service")).changes();
  command_spec slow("slow", "Takes its time");
  command_spec sure("sure", "Asks");
  command_spec broken("broken", "Fails");
  command_spec wait("wait", "Waits");
  wait.parameter(parameter::integer("minutes")).changes();
  return {ping(),
          make_command(std::move(echo),
                       [](const mynah::arguments& args) {
                         return std::string(args.string("how")) + ": " +
                                std::string(args.string("text"));
                       }),
          make_command(std::move(restart),
                       [](mynah::context& ctx) -> mynah::reply {
                         ctx.reply("restarting");
                         return "restarted " + std::string(ctx.args().string("service")) + " for " +
                                ctx.principal().key();
                       }),
          make_command(std::move(slow),
                       [](mynah::context& ctx) -> std::string {
                         ctx.sleep_for(std::chrono::seconds(22));
                         return "at last";
                       }),
          make_command(std::move(sure),
                       [](mynah::async_context& ctx) -> mynah::task<std::string> {
                         const auto answer = co_await ctx.ask("Sure?");
                         co_return "you said " + answer;
                       }),
          make_command(std::move(broken),
                       [](const mynah::arguments&) -> std::string {
                         throw mynah::command_error("the disk is full");
                       }),
          make_command(std::move(wait), [](const mynah::arguments& args) {
            const auto minutes = args.integer("minutes");
            if (minutes < 0) throw mynah::usage_error("minutes is below zero");
            return "waited " + std::to_string(minutes) + " minutes";
          })};
}

const xmpp_bot::settings grants = {{"role", "ops=restart,wait"},
                                   {"grant", "xmpp/ada@bots.test=ops"}};
constexpr const char* bot_address = "bot@bots.test/here";

json run(slixmpp_client& asker, json what) {
  what["do"] = "command";
  if (!what.contains("to")) what["to"] = bot_address;
  asker.tell(what);
  return asker.wait_for({{"event", "command"}}, std::chrono::seconds(40));
}

json filled(slixmpp_client& asker, const std::string& node, const json& fields) {
  const json form = run(asker, {{"node", node}});
  CHECK(form["status"] == "executing");
  return run(asker, {{"node", node},
                     {"sessionid", form["sessionid"]},
                     {"action", "complete"},
                     {"fields", fields}});
}

}  // namespace

TEST_CASE("a client finds the commands it may run", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), commands(), grants);
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  slixmpp_client bob = client_of(server, "bob");
  ada.tell({{"do", "commands"}, {"to", bot_address}});
  CHECK(ada.wait_for({{"event", "commands"}})["nodes"] ==
        json({"broken", "echo", "ping", "restart", "slow", "sure", "wait"}));
  bob.tell({{"do", "commands"}, {"to", bot_address}});
  CHECK(bob.wait_for({{"event", "commands"}})["nodes"] ==
        json({"broken", "echo", "ping", "slow", "sure"}));
  ada.tell({{"do", "iq"},
            {"xml",
             "<iq xmlns='jabber:client' type='get' to='bot@bots.test/here'><query "
             "xmlns='http://jabber.org/protocol/disco#info'/></iq>"}});
  CHECK(std::string(ada.wait_for({{"event", "iq"}})["xml"])
            .find("http://jabber.org/protocol/commands") != std::string::npos);
}

TEST_CASE("a command is run from a menu", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), commands(), grants);
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  const json said = filled(ada, "echo", {{"text", "a \"b\" --how=\xe2\x80\x9cx\xe2\x80\x9d"}});
  CHECK(said["status"] == "completed");
  CHECK(said["note"] == "plain: a \"b\" --how=\xe2\x80\x9cx\xe2\x80\x9d");
  CHECK(filled(ada, "echo", {{"text", "x"}, {"how", "loud"}})["note"] == "loud: x");
  const json wrong = filled(ada, "echo", {{"text", "x"}, {"how", "odd"}});
  CHECK(wrong["status"] == "executing");
  CHECK(std::string(wrong["note"]).starts_with("how: expected "));
  // It is as good as the talk: what changes something is recorded, and answered in order.
  const json changed = filled(ada, "restart", {{"service", "web"}});
  CHECK(changed["status"] == "completed");
  CHECK(std::string(changed["xml"]).find("restarting") != std::string::npos);
  CHECK(std::string(changed["xml"]).find("restarted web for xmpp/ada@bots.test") !=
        std::string::npos);
}

TEST_CASE("the menu has the gate of the talk", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), commands(), grants);
  bot.wait_for_log("xmpp: online");
  slixmpp_client bob = client_of(server, "bob");
  const json denied = run(bob, {{"node", "restart"}});
  CHECK(denied["status"] == "error");
  CHECK(std::string(denied["xml"]).find("forbidden") != std::string::npos);
  // Why, as when it is written; before or after.
  const auto says_why = [](const json& each) {
    return each["event"] == "message" && std::string(each["body"]).starts_with("denied: ");
  };
  const auto& heard = bob.heard();
  const bool was_told = std::any_of(heard.begin(), heard.end(), says_why);
  CHECK((was_told || says_why(bob.wait_for({{"event", "message"}}))));
  CHECK(std::string(run(bob, {{"node", "none"}})["xml"]).find("item-not-found") !=
        std::string::npos);
}

TEST_CASE("a command asks through the menu", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), commands(), grants);
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  const json question = run(ada, {{"node", "sure"}});
  CHECK(question["status"] == "executing");
  CHECK(std::string(question["xml"]).find("Sure?") != std::string::npos);
  const json done = run(ada, {{"node", "sure"},
                              {"sessionid", question["sessionid"]},
                              {"action", "next"},
                              {"fields", {{"answer", "yes"}}}});
  CHECK(done["status"] == "completed");
  CHECK(done["note"] == "you said yes");
}

TEST_CASE("a client sees that a command failed", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), commands(), grants);
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  const json failed = run(ada, {{"node", "broken"}});
  CHECK(failed["status"] == "completed");
  CHECK(failed["note"] == "error executing broken: the disk is full");
  CHECK(std::string(failed["xml"]).find("type=\"error\"") != std::string::npos);
}

TEST_CASE("what a command refuses is put right in its form", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), commands(), grants);
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  // With the form at once, without having asked for it.
  const json again = run(ada, {{"node", "wait"}, {"fields", {{"minutes", "-3"}}}});
  CHECK(again["status"] == "executing");
  CHECK(again["note"] == "minutes is below zero");
  CHECK(std::string(again["xml"]).find(">-3<") != std::string::npos);
  const json still = run(ada, {{"node", "wait"},
                               {"sessionid", again["sessionid"]},
                               {"action", "complete"},
                               {"fields", {{"minutes", "-2"}}}});
  CHECK(still["status"] == "executing");
  CHECK(std::string(still["xml"]).find(">-2<") != std::string::npos);
  const json done = run(ada, {{"node", "wait"},
                              {"sessionid", again["sessionid"]},
                              {"action", "complete"},
                              {"fields", {{"minutes", "3"}}}});
  CHECK(done["status"] == "completed");
  CHECK(done["note"] == "waited 3 minutes");
}

TEST_CASE("what takes long follows as a message", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), commands(), grants);
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  const json early = run(ada, {{"node", "slow"}});
  CHECK(early["status"] == "completed");
  CHECK(std::string(early["note"]).find("follows as a message") != std::string::npos);
  const json later = ada.wait_for_message("at last");
  CHECK(later["type"] == "chat");
  CHECK(later["thread"] == "");
}

TEST_CASE("in a room that shows who is who the menu knows the occupant", "[xmpp][prosody]") {
  const prosody server;
  auto settings = account_on(server);
  settings["rooms"] = "ops@rooms.bots.test";
  xmpp_bot bot(settings, commands(), grants);
  bot.wait_for_log("in the room");
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  // The bot made the room, and sees who is who.
  const std::string there = "ops@rooms.bots.test/mynah";
  const json form = run(ada, {{"node", "restart"}, {"to", there}});
  CHECK(form["status"] == "executing");
  const json done = run(ada, {{"node", "restart"},
                              {"to", there},
                              {"sessionid", form["sessionid"]},
                              {"fields", {{"service", "db"}}}});
  CHECK(std::string(done["xml"]).find("restarted db for xmpp/ada@bots.test") != std::string::npos);
}
