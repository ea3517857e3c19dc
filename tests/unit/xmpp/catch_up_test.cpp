// SPDX-License-Identifier: Apache-2.0
// What was said while the bot was away.
#include "catch_up.hpp"

#include "archive.hpp"
#include "catch.hpp"
#include "delay.hpp"
#include "session_script.hpp"

using mynah::event_origin;
using mynah::event_type;
using namespace mynah::xmpp;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

const std::string ops = "ops@rooms.test";

session_options with_room() {
  session_options options;
  options.rooms.entries.emplace_back(*jid::parse(ops));
  return options;
}

// One message was heard in the room, and then the session was lost.
void lose_session(session_script& script) {
  script.log_in();
  script.enter(ops);
  script.server(live(ops + "/ann", "hello", "a1", ops));
  REQUIRE(script.events().size() == 1);
  script.talking.disconnected(false);
  script.resume_in_vain();
  (void)script.sent();
}

// In the room again; gives what is asked of its archive.
question come_back(session_script& script, const std::string& about = {}) {
  script.server("<presence from='" + ops +
                "/mynah'><x xmlns='http://jabber.org/protocol/muc#user'>"
                "<status code='110'/>" +
                about + "</x></presence>");
  const question asked(script.sent());
  script.server("<message from='" + ops + "' type='groupchat'><subject/></message>");
  (void)script.events();
  return asked;
}

}  // namespace

TEST_CASE("a first session has missed nothing", "[xmpp][catch_up]") {
  session_script script(with_room());
  script.log_in();
  CHECK_FALSE(question(script.sent()).asked);
  CHECK_FALSE(come_back(script).asked);
}

TEST_CASE("a room's archive is asked for what was said in the gap", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  const question asked = come_back(script);
  REQUIRE(asked.asked);
  CHECK(asked.to == ops);
  CHECK_THAT(asked.text, ContainsSubstring("<after>a1</after>"));
  CHECK_THAT(asked.text, ContainsSubstring("<max>50</max>"));
  script.server(archived(asked, ops, "a2", said_by(ops + "/ann", "!ping")));
  const auto news = script.events();
  REQUIRE(news.size() == 1);
  CHECK(news[0].type == event_type::message);
  CHECK(news[0].origin == event_origin::person);
  CHECK(news[0].id == ops + "/a2");
  CHECK(news[0].time == *parse_date_time("2019-12-31T12:00:00Z"));
  CHECK(news[0].delivery != 0);
  CHECK(news[0].from == mynah::address("xmpp", ops, "ann"));
  CHECK(news[0].principal.key() == "unverified:xmpp/" + ops + "/ann");
}

TEST_CASE("an id is the same from an archive and live", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  const question asked = come_back(script);
  script.server(archived(asked, ops, "a2", said_by(ops + "/ann", "!ping")));
  const std::string id = script.events().at(0).id;
  script.server(done(asked, ops));
  script.server(live(ops + "/ann", "!ping", "a2", ops));
  CHECK(script.events().at(0).id == id);
  // Each archive numbers for itself.
  script.server(live("ann@bots.test/x", "!ping", "a2", "bot@bots.test", "chat"));
  CHECK(script.events().at(0).id != id);
}

TEST_CASE("what is said while a room is being caught up with waits", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  const question asked = come_back(script);
  script.server(live(ops + "/ann", "third", "a4", ops));
  CHECK(script.events().empty());
  script.server("<r xmlns='urn:xmpp:sm:3'/>");
  // Two stanzas of the room; what waits is not handled.
  CHECK_THAT(script.sent(), Catch::Matchers::StartsWith("<a xmlns='urn:xmpp:sm:3' h='2'/>"));
  script.server(archived(asked, ops, "a2", said_by(ops + "/ann", "first")));
  script.server(archived(asked, ops, "a3", said_by(ops + "/ann", "second")));
  // In another place nobody waits.
  script.server(live("bob@bots.test/x", "elsewhere", "b1", "bot@bots.test", "chat"));
  script.server(done(asked, ops));
  std::vector<std::string> texts;
  for (const auto& each : script.events()) {
    texts.push_back(each.text);
    script.talking.acknowledge(each.delivery);
  }
  CHECK(texts == std::vector<std::string>{"first", "second", "elsewhere", "third"});
  script.server(live(ops + "/ann", "fourth", "a5", ops));
  CHECK(script.events().at(0).text == "fourth");
  script.server("<r xmlns='urn:xmpp:sm:3'/>");
  CHECK_THAT(script.sent(), Catch::Matchers::StartsWith("<a xmlns='urn:xmpp:sm:3' h='7'/>"));
}

TEST_CASE("an archive that has no answer holds nothing up for ever", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  const question asked = come_back(script);
  script.server(live(ops + "/ann", "!ping", "a4", ops));
  SECTION("because it refuses") {
    script.server("<iq type='error' from='" + ops + "' id='" + asked.iq +
                  "'><error type='cancel'><service-unavailable "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  }
  SECTION("because it is silent") {
    script.advance(31s);
  }
  CHECK(script.events().at(0).text == "!ping");
}

TEST_CASE("an archive that has forgotten the last message is asked by time", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  question asked = come_back(script);
  const auto forgotten = [&] {
    script.server("<iq type='error' from='" + ops + "' id='" + asked.iq +
                  "'><error type='cancel'><item-not-found "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  };
  forgotten();
  asked = question(script.sent());
  REQUIRE(asked.asked);
  CHECK_THAT(asked.text, !ContainsSubstring("<after>"));
  CHECK_THAT(asked.text, ContainsSubstring("<field var='start' type='text-single'><value>" +
                                           format_date_time(script.wall - 5min)));
  forgotten();
  CHECK_FALSE(question(script.sent()).asked);
}

TEST_CASE("an archive is read page by page, up to a limit", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  question asked = come_back(script);
  std::size_t news = 0;
  int pages = 0;
  int id = 2;
  while (asked.asked) {
    ++pages;
    REQUIRE(pages < 10);
    const std::string after = id == 2 ? "a1" : "a" + std::to_string(id - 1);
    CHECK_THAT(asked.text, ContainsSubstring("<after>" + after + "</after>"));
    // More than it was asked for.
    for (int i = 0; i < 60; ++i) {
      script.server(archived(asked, ops, "a" + std::to_string(id++), said_by(ops + "/ann", "hi")));
    }
    news += script.events().size();
    script.server(done(asked, ops, "a" + std::to_string(id - 1)));
    asked = question(script.sent());
  }
  CHECK(news == catch_up::most_messages);
  CHECK(pages == 2);
}

TEST_CASE("pages of what cannot be read are left behind", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  question asked = come_back(script);
  const auto unread = [&] {
    // As the stream gives what is too much: without what is in it.
    for (int i = 0; i < 50; ++i) script.server("<message from='" + ops + "'/>");
  };
  unread();
  script.server(done(asked, ops, "a51"));
  asked = question(script.sent());
  REQUIRE(asked.asked);
  CHECK_THAT(asked.text, ContainsSubstring("<after>a51</after>"));
  script.server(archived(asked, ops, "a52", said_by(ops + "/ann", "!ping")));
  CHECK(script.events().size() == 1);
  unread();
  SECTION("to the end of the archive") {
    script.server(last_page(asked, ops, "a102"));
    CHECK_FALSE(question(script.sent()).asked);
    script.talking.disconnected(false);
    script.resume_in_vain();
    (void)script.sent();
    CHECK_THAT(come_back(script).text, ContainsSubstring("<after>a102</after>"));
  }
  SECTION("as far as one absence goes, and from there after the next") {
    std::size_t pages = 1;
    int id = 102;
    for (; asked.asked; asked = question(script.sent())) {
      REQUIRE(++pages <= catch_up::most_pages);
      unread();
      script.server(done(asked, ops, "a" + std::to_string(id += 50)));
    }
    CHECK(pages == catch_up::most_pages);
    script.talking.disconnected(false);
    script.resume_in_vain();
    (void)script.sent();
    CHECK_THAT(come_back(script).text,
               ContainsSubstring("<after>a" + std::to_string(id) + "</after>"));
  }
}

TEST_CASE("an archive that stands still is not asked again", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  const question asked = come_back(script);
  script.server(done(asked, ops, "a1"));
  CHECK_FALSE(question(script.sent()).asked);
}

TEST_CASE("the account's archive has what was said in private", "[xmpp][catch_up]") {
  session_script script;
  script.log_in();
  script.server(live("ann@bots.test/x", "hello", "p1", "bot@bots.test", "chat"));
  (void)script.events();
  script.talking.disconnected(false);
  script.resume_in_vain();
  const std::string sent = script.sent();
  const question asked(sent);
  REQUIRE(asked.asked);
  CHECK(asked.to.empty());
  // What the server kept is there, too, and comes from it.
  CHECK(sent.find("<presence") < sent.find("urn:xmpp:mam:2"));
  script.server(
      "<message from='ann@bots.test/x' type='chat'><body>!ping</body><stanza-id "
      "xmlns='urn:xmpp:sid:0' by='bot@bots.test' id='p2'/><delay xmlns='urn:xmpp:delay' "
      "stamp='2019-12-31T12:00:00Z'/></message>");
  CHECK(script.events().empty());
  const std::string from = "bot@bots.test";
  script.server(archived(asked, from, "p2", said_by("ann@bots.test/x", "!ping", "chat")));
  script.server(archived(asked, from, "p3", said_by("bot@bots.test/here", "pong", "chat")));
  // Rooms have archives of their own, and whispers are of somebody who may have gone.
  script.server(archived(asked, from, "p4", said_by(ops + "/ann", "!ping")));
  script.server(archived(
      asked, from, "p5",
      said_by(ops + "/ann", "!ping", "chat", "<x xmlns='http://jabber.org/protocol/muc#user'/>")));
  script.server(done(asked, from));
  const auto events = script.events();
  REQUIRE(events.size() == 3);
  CHECK(events[0].origin == event_origin::person);
  CHECK(events[0].principal.key() == "xmpp/ann@bots.test");
  CHECK(events[0].from.direct);
  CHECK(events[1].origin == event_origin::self);
  // The bot knows it by its id.
  CHECK(events[2].origin == event_origin::history);
  CHECK(events[2].id == events[0].id);
}

TEST_CASE("nobody can put words into an archive", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  question asked = come_back(script);
  // By somebody else, or in a room by one who is there.
  script.server(archived(asked, "evil@x.test", "a2", said_by(ops + "/ann", "!ping")));
  script.server(archived(asked, ops + "/evil", "a2", said_by(ops + "/ann", "!ping")));
  script.server(
      archived(asked, "other@rooms.test", "a2", said_by("other@rooms.test/ann", "!ping")));
  // About another place.
  script.server(archived(asked, ops, "a3", said_by("ann@bots.test/x", "!ping", "chat")));
  script.server(archived(asked, ops, "a4", said_by("other@rooms.test/ann", "!ping")));
  // A copy of a copy.
  script.server(
      archived(asked, ops, "a5",
               said_by(ops + "/ann", "!ping", "groupchat", "<result xmlns='urn:xmpp:mam:2'/>")));
  CHECK(script.events().empty());
  // To another question.
  asked.id = "guessed";
  script.server(archived(asked, ops, "a6", said_by(ops + "/ann", "!ping")));
  CHECK(script.events().empty());
}

TEST_CASE("an answer to an earlier question ends no later one", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  const question first = come_back(script);
  // Out of the room and in it again, before the archive has answered.
  script.server("<presence from='" + ops +
                "/mynah' type='unavailable'><x xmlns='http://jabber.org/protocol/muc#user'>"
                "<status code='110'/><status code='332'/></x></presence>");
  script.advance(6s);
  (void)script.sent();
  const question second = come_back(script);
  REQUIRE(second.asked);
  script.server(live(ops + "/ann", "later", "a9", ops));
  script.server(done(first, ops));
  CHECK(script.events().empty());
  script.server(archived(second, ops, "a2", said_by(ops + "/ann", "earlier")));
  script.server(done(second, ops));
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].text == "earlier");
}

TEST_CASE("who said it is known where the room shows addresses", "[xmpp][catch_up]") {
  const std::string shown = "<status code='100'/>";
  const std::string item =
      "<x xmlns='http://jabber.org/protocol/muc#user'><item jid='ann@bots.test/x'/></x>";
  const std::string unknown = "unverified:xmpp/" + ops + "/ann";
  const auto who = [&](const std::string& room, const std::string& about) {
    session_script script(with_room());
    lose_session(script);
    const question asked = come_back(script, room);
    // Whoever has the nick now is somebody else.
    script.server("<presence from='" + ops +
                  "/ann'><x xmlns='http://jabber.org/protocol/muc#user'>"
                  "<item jid='evil@x.test/y'/></x></presence>");
    (void)script.events();
    script.server(archived(asked, ops, "a2", said_by(ops + "/ann", "!ping", "groupchat", about)));
    return script.events().at(0).principal.key();
  };
  CHECK(who(shown, item) == "xmpp/ann@bots.test");
  CHECK(who(shown, "") == unknown);
  // Where the room puts none, whoever says it may have.
  CHECK(who("", item) == unknown);
  CHECK(who(shown, item + item) == unknown);
}

TEST_CASE("what we said under another nick is ours", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  const question asked = come_back(script);
  script.server(archived(asked, ops, "a2",
                         "<message xmlns='jabber:client' from='" + ops +
                             "/mynah_' type='groupchat' id='m77'><body>!ping</body></message>"));
  CHECK(script.events().at(0).origin == event_origin::self);
}

TEST_CASE("what waited is not lost with the session", "[xmpp][catch_up]") {
  session_script script(with_room());
  lose_session(script);
  (void)come_back(script);
  script.server(live(ops + "/ann", "!ping", "a2", ops));
  script.talking.disconnected(false);
  script.resume_in_vain();
  CHECK(script.events().empty());
  (void)script.sent();
  // It is in the archive, behind what was heard.
  const question again = come_back(script);
  CHECK_THAT(again.text, ContainsSubstring("<after>a1</after>"));
}

TEST_CASE("the place that was silent longest is forgotten first", "[xmpp][catch_up]") {
  catch_up missed;
  const catch_up::wall_time noon{24h * 365 * 50};
  for (std::size_t i = 0; i <= catch_up::most_places; ++i) {
    missed.heard("room" + std::to_string(i), "1", noon + std::chrono::seconds(i));
  }
  CHECK_FALSE(missed.begin("room0", "q"));
  CHECK(missed.begin("room1", "q"));
}

TEST_CASE("not more waits than is good", "[xmpp][catch_up]") {
  catch_up missed;
  missed.heard("ops", "1", {});
  REQUIRE(missed.begin("ops", "q"));
  for (std::size_t i = 0; i < catch_up::most_held; ++i) {
    REQUIRE(missed.hold("ops", catch_up::held(element(), i, false)));
  }
  CHECK_FALSE(missed.hold("ops", catch_up::held(element(), 0, false)));
  CHECK(missed.end("ops").size() == catch_up::most_held);
  CHECK_FALSE(missed.hold("ops", catch_up::held(element(), 0, false)));
}
