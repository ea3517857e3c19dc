// SPDX-License-Identifier: Apache-2.0
// What commands can do with rooms, on Prosody.
#include <mynah/async_command.hpp>
#include <mynah/bot_view.hpp>
#include <mynah/xmpp/network.hpp>

#include "catch.hpp"
#include "prosody.hpp"
#include "slixmpp_client.hpp"
#include "xmpp_bot.hpp"

using Catch::Matchers::StartsWith;
using mynah_test::account_on;
using mynah_test::prosody;
using mynah_test::slixmpp_client;
using mynah_test::xmpp_bot;

namespace {

using work = mynah::task<std::string> (*)(mynah::xmpp::network&, const mynah::arguments&);

mynah::command_ptr doing(const std::string& name, work what) {
  mynah::command_spec spec(name, "");
  spec.parameter(mynah::parameter::string("one").optional());
  spec.parameter(mynah::parameter::string("two").optional());
  return mynah::make_command(
      std::move(spec), [what](mynah::async_context& ctx) -> mynah::task<std::string> {
        const auto xmpp = mynah::xmpp::network::of(ctx.bot(), ctx.event().from.input);
        if (xmpp == nullptr) co_return "not on XMPP";
        co_return co_await what(*xmpp, ctx.args());
      });
}

template <class T>
std::string told(const mynah::result<T>& done) {
  if (done.has_value()) return "done";
  const std::string words = done.error().remote();
  return done.error().message() + (words.empty() ? "" : " - " + words);
}

std::string one(const mynah::arguments& args) {
  return std::string(args.string("one"));
}

std::string two(const mynah::arguments& args) {
  return args.has("two") ? std::string(args.string("two")) : std::string();
}

mynah::task<std::string> create(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  mynah::xmpp::room_settings how;
  how.members_only = true;
  how.persistent = true;
  how.hidden = true;
  how.non_anonymous = true;
  how.title = "War room";
  how.description = "for the incident";
  const mynah::result<std::string> made = co_await xmpp.create(one(args), how);
  co_return made.has_error() ? told(made) : "made " + *made;
}

mynah::task<std::string> protect(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  mynah::xmpp::room_settings how;
  how.password = two(args);
  how.members_only = false;
  const mynah::result<void> done = co_await xmpp.configure(one(args), how);
  co_return told(done);
}

mynah::task<std::string> topic(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const mynah::result<void> done = co_await xmpp.set_topic(one(args), two(args));
  co_return told(done);
}

mynah::task<std::string> invite(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const mynah::result<void> done = co_await xmpp.invite(one(args), two(args), "come");
  co_return told(done);
}

mynah::task<std::string> member(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const auto what = mynah::xmpp::affiliation::member;
  const mynah::result<void> done = co_await xmpp.set_affiliation(one(args), two(args), what);
  co_return told(done);
}

mynah::task<std::string> outcast(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const auto what = mynah::xmpp::affiliation::outcast;
  const mynah::result<void> done = co_await xmpp.set_affiliation(one(args), two(args), what, "no");
  co_return told(done);
}

mynah::task<std::string> kick(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const mynah::result<void> done = co_await xmpp.kick(one(args), two(args), "out");
  co_return told(done);
}

mynah::task<std::string> list(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  std::string text;
  for (const auto what : {mynah::xmpp::affiliation::owner, mynah::xmpp::affiliation::member,
                          mynah::xmpp::affiliation::outcast}) {
    const auto found = co_await xmpp.affiliations(one(args), what);
    if (found.has_error()) co_return told(found);
    for (const auto& each : *found) {
      text += (text.empty() ? "" : " ") + std::string(to_string(each.affiliation)) + " " +
              each.address + ";";
    }
  }
  co_return text;
}

mynah::task<std::string> who(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const auto found = co_await xmpp.occupants(one(args));
  if (found.has_error()) co_return told(found);
  std::string text;
  for (const auto& each : *found) {
    text += (text.empty() ? "" : " ") + each.nick + " " + each.address +
            (each.is_moderator ? " moderator;" : ";");
  }
  co_return text;
}

mynah::task<std::string> enter(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const mynah::result<void> done = co_await xmpp.enter(one(args), two(args));
  co_return told(done);
}

mynah::task<std::string> leave(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const mynah::result<void> done = co_await xmpp.leave(one(args), "bye");
  co_return told(done);
}

mynah::task<std::string> destroy(mynah::xmpp::network& xmpp, const mynah::arguments& args) {
  const mynah::result<void> done = co_await xmpp.destroy(one(args), "over", two(args));
  co_return told(done);
}

std::vector<mynah::command_ptr> all() {
  return {doing("create", create),   doing("protect", protect), doing("topic", topic),
          doing("invite", invite),   doing("member", member),   doing("kick", kick),
          doing("outcast", outcast), doing("list", list),       doing("who", who),
          doing("enter", enter),     doing("leave", leave),     doing("destroy", destroy)};
}

slixmpp_client client_of(const prosody& server, const std::string& name) {
  return slixmpp_client(server.port(), server.ca_file(), name + "@bots.test/there",
                        name + "-secret");
}

// Says a command to the bot, and what it answers.
std::string answer(slixmpp_client& asker, const std::string& line) {
  asker.say("bot@bots.test", line);
  for (;;) {
    const auto got = asker.wait_for({{"event", "message"}, {"from", "bot@bots.test/here"}});
    if (got["body"] != "") return got["body"];
  }
}

constexpr const char* room = "war@rooms.bots.test";

}  // namespace

TEST_CASE("a command makes a room for members, fills it and destroys it", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), all());
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  slixmpp_client bob = client_of(server, "bob");

  CHECK(answer(ada, "create war") == "made war@rooms.bots.test");
  CHECK(answer(ada, "create war@rooms.bots.test") ==
        "there is a room war@rooms.bots.test already - conflict");
  CHECK(answer(ada, "who war") == "mynah bot@bots.test moderator;");

  // Members only, from the first moment on.
  bob.tell({{"do", "join"}, {"room", room}, {"nick", "bob"}});
  const auto refused = bob.wait_for({{"event", "presence"}, {"type", "error"}});
  CHECK(std::string(refused["xml"]).find("registration-required") != std::string::npos);

  CHECK(answer(ada, "member war ada@bots.test") == "done");
  CHECK(answer(ada, "invite war ada@bots.test") == "done");
  ada.join(room, "ada");
  CHECK(answer(ada, "list war") == "owner bot@bots.test; member ada@bots.test;");
  CHECK(answer(ada, "topic war 'all is well'") == "done");
  CHECK(answer(ada, "who war").starts_with("ada ada@bots.test;"));

  CHECK(answer(ada, "protect war secret") == "done");
  bob.tell({{"do", "join"}, {"room", room}, {"nick", "bob"}});
  bob.wait_for({{"event", "presence"}, {"type", "error"}});
  bob.tell({{"do", "join"}, {"room", room}, {"nick", "bob"}, {"password", "secret"}});
  bob.wait_for(
      {{"event", "presence"}, {"from", std::string(room) + "/bob"}, {"type", "available"}});

  CHECK(answer(ada, "kick war bob") == "done");
  const auto kicked = bob.wait_for(
      {{"event", "presence"}, {"from", std::string(room) + "/bob"}, {"type", "unavailable"}});
  CHECK(std::string(kicked["xml"]).find("307") != std::string::npos);
  CHECK_THAT(answer(ada, "kick war nobody"), StartsWith("item-not-found"));
  CHECK(answer(ada, "outcast war bob@bots.test") == "done");
  CHECK(answer(ada, "list war") ==
        "owner bot@bots.test; member ada@bots.test; outcast bob@bots.test;");

  ada.say("bot@bots.test", "destroy war other@rooms.bots.test");
  const auto gone = ada.wait_for(
      {{"event", "presence"}, {"from", std::string(room) + "/ada"}, {"type", "unavailable"}});
  CHECK(std::string(gone["xml"]).find("other@rooms.bots.test") != std::string::npos);
  ada.wait_for_message("done");
  CHECK(answer(ada, "who war").starts_with("we are not in the room"));
}

TEST_CASE("a command goes into rooms and out of them", "[xmpp][prosody]") {
  const prosody server;
  xmpp_bot bot(account_on(server), all());
  bot.wait_for_log("xmpp: online");
  slixmpp_client ada = client_of(server, "ada");
  CHECK_THAT(answer(ada, "enter nowhere"), StartsWith("item-not-found"));
  ada.join("den@rooms.bots.test", "ada");
  ada.tell({{"do", "iq"},
            {"xml",
             "<iq xmlns='jabber:client' type='set' to='den@rooms.bots.test'><query "
             "xmlns='http://jabber.org/protocol/muc#owner'><x xmlns='jabber:x:data' "
             "type='submit'/></query></iq>"}});
  ada.wait_for({{"event", "iq"}, {"type", "result"}});
  CHECK(answer(ada, "enter den") == "done");
  // Not the owner: the room says so.
  CHECK_THAT(answer(ada, "destroy den"), StartsWith("forbidden"));
  CHECK_THAT(answer(ada, "protect den x"), StartsWith("forbidden"));
  CHECK_THAT(answer(ada, "topic den mine"), StartsWith("forbidden"));
  CHECK(answer(ada, "create den").starts_with("there is a room den@rooms.bots.test already"));
  CHECK(answer(ada, "leave den") == "done");
  CHECK(answer(ada, "leave den").starts_with("we are not in the room"));
  CHECK(answer(ada, "kick 'no room' bob") == "'no room' is no address");
  CHECK(answer(ada, "invite den @") == "'@' is no address");
}
