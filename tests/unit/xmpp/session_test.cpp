// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include "archive.hpp"
#include "catch.hpp"
#include "session_script.hpp"

using mynah::address;
using mynah::assurance;
using mynah::errc;
using mynah::event_origin;
using mynah::event_type;
using mynah::outgoing;
using namespace mynah::xmpp;
using mynah_test::session_script;
using mynah_test::value_in;
using namespace std::chrono_literals;

namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

outgoing to_ada(const std::string& text, std::string stamp = {}) {
  outgoing message(address("xmpp", "ada@bots.test", "", "", true), text);
  message.stamp = std::move(stamp);
  return message;
}

outgoing to_room(const std::string& text, std::string stamp = {}) {
  outgoing message(address("xmpp", "ops@rooms.test"), text);
  message.stamp = std::move(stamp);
  return message;
}

session_options with_room() {
  session_options options;
  options.rooms.entries.emplace_back(*jid::parse("ops@rooms.test"));
  return options;
}

const char* const ask_ack = "<r xmlns='urn:xmpp:sm:3'/>";

}  // namespace

TEST_CASE("a session begins with presence, and asks for stream management", "[xmpp][session]") {
  session_script script;
  script.log_in();
  const std::string sent = script.sent();
  CHECK(sent.starts_with("<enable xmlns='urn:xmpp:sm:3' resume='true'/>"));
  CHECK(holds(sent, "jabber:iq:roster"));
  CHECK(holds(sent, "<presence><c xmlns='http://jabber.org/protocol/caps'"));
}

TEST_CASE("who speaks in private is known by the bare address", "[xmpp][session]") {
  session_script script;
  script.log_in();
  script.server(
      "<message from='Ada@bots.test/there' id='1' type='chat'><body>!ping</body>"
      "<thread>t1</thread></message>");
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].text == "!ping");
  CHECK(events[0].origin == event_origin::person);
  CHECK(events[0].principal.key() == "xmpp/ada@bots.test");
  CHECK(events[0].from == address("xmpp", "ada@bots.test", "ada@bots.test", "t1", true));
}

TEST_CASE("answers go to the device that asked, and to the account when it has gone",
          "[xmpp][session]") {
  session_script script;
  script.log_in();
  script.server("<message from='ada@bots.test/there' type='chat'><body>hi</body></message>");
  (void)script.sent();
  REQUIRE(script.talking.say(to_ada("one"), false, script.now).has_value());
  CHECK(holds(script.sent(), "to='ada@bots.test/there'"));
  script.server("<presence from='ada@bots.test/there' type='unavailable'/>");
  REQUIRE(script.talking.say(to_ada("two"), false, script.now).has_value());
  CHECK(holds(script.sent(), "to='ada@bots.test'"));
}

TEST_CASE("an answer goes to the device that asked, whichever spoke last", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  const std::string words = "' type='chat' id='1'><body>!x</body></message>";
  script.server("<message from='ada@bots.test/phone" + words);
  script.server("<message from='ada@bots.test/desk" + words);
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  const auto answered = [&](outgoing answer, const std::string& id) {
    answer.answers = id;
    (void)script.sent();
    REQUIRE(script.talking.say(answer, false, script.now).has_value());
    return value_in(script.sent(), "message", "to");
  };
  CHECK(answered(to_ada("a"), events[0].id) == "ada@bots.test/phone");
  CHECK(answered(to_ada("b"), events[1].id) == "ada@bots.test/desk");
  CHECK(answered(to_ada("c"), "unknown") == "ada@bots.test/desk");
  CHECK(answered(to_ada("d"), "") == "ada@bots.test/desk");
  // Elsewhere it is no answer to that device.
  CHECK(answered(outgoing(address("xmpp", "ada@bots.tes", "", "", true), std::string("e")),
                 events[0].id) == "ada@bots.tes");
  CHECK(answered(to_room("f"), events[0].id) == "ops@rooms.test");
  SECTION("until it has gone") {
    script.server("<presence from='ada@bots.test/phone' type='unavailable'/>");
    CHECK(answered(to_ada("g"), events[0].id) == "ada@bots.test/desk");
    CHECK(answered(to_ada("h"), events[1].id) == "ada@bots.test/desk");
  }
  SECTION("until a message came back") {
    script.server("<message from='ada@bots.test/phone' type='error' id='x'/>");
    CHECK(answered(to_ada("g"), events[0].id) == "ada@bots.test");
    CHECK(answered(to_ada("h"), events[1].id) == "ada@bots.test");
  }
}

TEST_CASE("what is no talk of a person never becomes a command", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  const auto origin_of = [&](const char* text) -> std::string {
    script.server(text);
    const auto events = script.events();
    if (events.empty()) return "nothing";
    if (events[0].type == event_type::edit) return "edit";
    if (events[0].type == event_type::notice) return "notice";
    if (events[0].type != event_type::message) return "other";
    switch (events[0].origin) {
      case event_origin::person:
        return "person";
      case event_origin::self:
        return "self";
      case event_origin::history:
        return "history";
      default:
        return "bot";
    }
  };
  CHECK(origin_of("<message from='a@b/c' type='chat'><body>!x</body></message>") == "person");
  CHECK(origin_of("<message from='a@b/c'><body>!x</body></message>") == "person");
  CHECK(origin_of("<message from='a@b/c' type='error'><body>!x</body></message>") == "nothing");
  CHECK(origin_of("<message from='a@b/c' type='headline'><body>!x</body></message>") == "notice");
  CHECK(origin_of("<message from='a@b/c'><body/></message>") == "nothing");
  CHECK(origin_of("<message from='a@b/c'><body xmlns='urn:x'>!x</body></message>") == "nothing");
  CHECK(origin_of("<message from='bot@bots.test/other' type='chat'><body>!x</body></message>") ==
        "self");
  CHECK(origin_of("<message from='a@b/c' type='chat'><body>!x</body>"
                  "<replace xmlns='urn:xmpp:message-correct:0' id='1'/></message>") == "edit");
  // Carbons, also a forged one, and archives.
  CHECK(origin_of("<message from='bot@bots.test'><received xmlns='urn:xmpp:carbons:2'>"
                  "<forwarded xmlns='urn:xmpp:forward:0'><message from='ada@bots.test'>"
                  "<body>!x</body></message></forwarded></received></message>") == "nothing");
  CHECK(origin_of("<message from='evil@x.test'><body>!x</body><sent xmlns='urn:xmpp:carbons:2'/>"
                  "</message>") == "nothing");
  CHECK(origin_of("<message from='evil@x.test'><body>!x</body><result xmlns='urn:xmpp:mam:2'/>"
                  "</message>") == "nothing");
  // Kept for us while we were away.
  CHECK(origin_of("<message from='a@b/c' type='chat'><body>!x</body><delay xmlns='urn:xmpp:delay' "
                  "stamp='2001-01-01T00:00:00Z'/></message>") == "history");
  // Rooms.
  CHECK(origin_of("<message from='ops@rooms.test/ann' type='groupchat'><body>!x</body>"
                  "</message>") == "person");
  CHECK(origin_of("<message from='ops@rooms.test/mynah' type='groupchat'><body>!x</body>"
                  "</message>") == "self");
  CHECK(origin_of("<message from='ops@rooms.test' type='groupchat'><body>!x</body></message>") ==
        "notice");
  CHECK(origin_of("<message from='ops@rooms.test/ann' type='groupchat'><body>!x</body>"
                  "<delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z'/></message>") ==
        "history");
  CHECK(origin_of("<message from='other@rooms.test/ann' type='groupchat'><body>!x</body>"
                  "</message>") == "nothing");
}

TEST_CASE("another client of the bot's account is the bot in rooms, too", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.server(
      "<presence from='ops@rooms.test/second'>"
      "<x xmlns='http://jabber.org/protocol/muc#user'>"
      "<item affiliation='owner' role='moderator' jid='bot@bots.test/other'/></x>"
      "</presence>");
  script.enter("ops@rooms.test");
  script.server("<message from='ops@rooms.test/second' type='groupchat'><body>!x</body></message>");
  CHECK(script.events().at(0).origin == event_origin::self);
  script.server(
      "<message from='ops@rooms.test/second' type='chat'><body>!x</body>"
      "<x xmlns='http://jabber.org/protocol/muc#user'/></message>");
  CHECK(script.events().at(0).origin == event_origin::self);
}

TEST_CASE("before a room has shown its topic everything in it is history", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.server(
      "<presence from='ops@rooms.test/mynah'>"
      "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x>"
      "</presence>");
  (void)script.events();
  script.server("<message from='ops@rooms.test/ann' type='groupchat'><body>!x</body></message>");
  CHECK(script.events().at(0).origin == event_origin::history);
}

TEST_CASE("in rooms people are who the room says, or nobody", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.server(
      "<presence from='ops@rooms.test/ann'>"
      "<x xmlns='http://jabber.org/protocol/muc#user'>"
      "<item affiliation='owner' role='moderator' jid='ann@bots.test/x'/></x>"
      "</presence>");
  script.enter("ops@rooms.test");
  script.server("<message from='ops@rooms.test/ann' type='groupchat'><body>!x</body></message>");
  CHECK(script.events().at(0).principal.key() == "xmpp/ann@bots.test");
  script.server("<message from='ops@rooms.test/bob' type='groupchat'><body>!x</body></message>");
  const auto masked = script.events();
  CHECK(masked.at(0).principal.key() == "unverified:xmpp/ops@rooms.test/bob");
  CHECK(masked.at(0).from == address("xmpp", "ops@rooms.test", "bob"));
  // In private in the room.
  script.server("<message from='ops@rooms.test/bob' type='chat'><body>!x</body></message>");
  const auto whispered = script.events();
  CHECK(whispered.at(0).from == address("xmpp", "ops@rooms.test/bob", "bob", "", true));
  (void)script.sent();
  REQUIRE(script.talking.say(outgoing(whispered[0].from, "psst"), false, script.now).has_value());
  CHECK(holds(script.sent(), "to='ops@rooms.test/bob' type='chat'"));
}

TEST_CASE("a message is said when the server has it, in a room when it was shown",
          "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  // Roster, presence, and the presence for the room.
  script.server("<a xmlns='urn:xmpp:sm:3' h='3'/>");
  (void)script.sent();

  const auto ticket = script.talking.say(to_ada("one"), true, script.now);
  REQUIRE(ticket.has_value());
  CHECK(script.sent().ends_with(ask_ack));
  CHECK(script.talking.take_said().empty());
  script.server("<a xmlns='urn:xmpp:sm:3' h='4'/>");
  auto said = script.talking.take_said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].ticket == *ticket);
  CHECK_FALSE(said[0].refused);

  const auto other = script.talking.say(to_room("two", "stamp"), true, script.now);
  REQUIRE(other.has_value());
  script.server("<a xmlns='urn:xmpp:sm:3' h='5'/>");
  CHECK(script.talking.take_said().empty());
  script.server(
      "<message from='ops@rooms.test/mynah' id='stamp' type='groupchat'>"
      "<body>two</body></message>");
  said = script.talking.take_said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].ticket == *other);

  // A room that shows nothing is believed after a while.
  REQUIRE(script.talking.say(to_room("three"), true, script.now).has_value());
  script.server("<a xmlns='urn:xmpp:sm:3' h='6'/>");
  script.advance(9s);
  CHECK(script.talking.take_said().empty());
  script.advance(2s);
  CHECK(script.talking.take_said().size() == 1);
}

TEST_CASE("what may have to be found again has an id that nobody changes", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  (void)script.sent();
  const auto sent = [&script](const outgoing& message) {
    REQUIRE(script.talking.say(message, false, script.now).has_value());
    return script.sent();
  };
  CHECK(holds(sent(to_ada("one", "stamp")), "<origin-id xmlns='urn:xmpp:sid:0' id='stamp'/>"));
  CHECK(holds(sent(to_room("two")), "<origin-id "));
  CHECK_FALSE(holds(sent(to_ada("three")), "<origin-id "));
}

TEST_CASE("what comes back is refused, and tells why", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  REQUIRE(script.talking.say(to_ada("one", "a1"), true, script.now).has_value());
  script.server(
      "<message from='ada@bots.test' id='a1' type='error'><error type='cancel'>"
      "<service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
      "</message>");
  auto said = script.talking.take_said();
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].refused);
  CHECK(said[0].refused->code() == errc::not_sent);

  // Not in the room any more: we go back, and it is said then.
  (void)script.sent();
  REQUIRE(script.talking.say(to_room("two", "a2"), true, script.now).has_value());
  script.server(
      "<message from='ops@rooms.test' id='a2' type='error'><error type='cancel'>"
      "<not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  said = script.talking.take_said();
  REQUIRE(said.size() == 1);
  REQUIRE(said[0].refused);
  CHECK(said[0].refused->code() == errc::throttled);
  CHECK(holds(script.sent(), "to='ops@rooms.test/mynah'"));
  const auto early = script.talking.say(to_room("two", "a2"), true, script.now);
  REQUIRE(early.has_error());
  CHECK(early.error().code() == errc::throttled);
}

TEST_CASE("nobody else can send a message back", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  REQUIRE(script.talking.say(to_room("two", "a2"), true, script.now).has_value());
  const char* const error =
      "<error type='cancel'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  for (const std::string from : {"ops@rooms.test/evil", "evil@bots.test/x", "other@rooms.test"}) {
    script.server("<message from='" + from + "' id='a2' type='error'>" + error + "</message>");
  }
  CHECK(script.talking.take_said().empty());
  CHECK(script.talking.places().inside(*jid::parse("ops@rooms.test")));
}

TEST_CASE("what was on its way when the connection was cut is sent again, once",
          "[xmpp][session]") {
  session_script script;
  script.log_in();
  script.server("<a xmlns='urn:xmpp:sm:3' h='2'/>");
  (void)script.sent();
  const auto one = script.talking.say(to_ada("one", "a1"), true, script.now);
  const auto two = script.talking.say(to_ada("two"), true, script.now);
  REQUIRE((one.has_value() && two.has_value()));
  (void)script.sent();
  script.talking.disconnected(false);
  CHECK(script.talking.keeps(*two));
  // Who keeps it will say it again.
  CHECK_FALSE(script.talking.keeps(*one));

  script.resume(3);
  auto said = script.talking.take_said();
  REQUIRE(said.size() == 1);
  CHECK(said[0].ticket == *one);
  const std::string again = script.sent();
  CHECK_FALSE(holds(again, "<body>one</body>"));
  CHECK(holds(again, "<body>two</body>"));
  // It arrived: saying it again says nothing.
  const auto repeated = script.talking.say(to_ada("one", "a1"), true, script.now);
  REQUIRE(repeated.has_value());
  CHECK(*repeated == 0);
  CHECK(script.sent().empty());
}

TEST_CASE("a message that is on its way is not sent by who says it again", "[xmpp][session]") {
  session_script script;
  script.log_in();
  const auto one = script.talking.say(to_ada("one", "a1"), true, script.now);
  (void)script.sent();
  script.talking.disconnected(false);
  script.resume(2);
  (void)script.sent();
  const auto again = script.talking.say(to_ada("one", "a1"), true, script.now);
  REQUIRE((one.has_value() && again.has_value()));
  CHECK(*again == *one);
  CHECK_FALSE(holds(script.sent(), "<body>"));
  script.server("<a xmlns='urn:xmpp:sm:3' h='3'/>");
  CHECK(script.talking.take_said().size() == 1);
}

TEST_CASE("when the session is lost, what nobody keeps is said in the next", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  REQUIRE(script.talking.say(to_ada("kept", "a1"), true, script.now).has_value());
  REQUIRE(script.talking.say(to_ada("mine"), true, script.now).has_value());
  REQUIRE(script.talking.say(to_room("for the room"), true, script.now).has_value());
  (void)script.sent();
  script.talking.disconnected(false);
  script.resume_in_vain();
  const std::string anew = script.sent();
  CHECK_FALSE(holds(anew, "kept"));
  CHECK(holds(anew, "<body>mine</body>"));
  CHECK_FALSE(holds(anew, "for the room"));
  script.server(
      "<presence from='ops@rooms.test/mynah'>"
      "<x xmlns='http://jabber.org/protocol/muc#user'><status code='110'/></x>"
      "</presence>");
  CHECK(holds(script.sent(), "for the room"));
}

TEST_CASE("the server is told that it is the bot's when it is", "[xmpp][session]") {
  session_script script;
  script.log_in();
  (void)script.sent();
  const char* const ask = "<r xmlns='urn:xmpp:sm:3'/>";
  script.server(
      "<message from='a@b/c' type='chat' id='1'><body>!x</body>"
      "<request xmlns='urn:xmpp:receipts'/></message>");
  script.server("<iq from='bots.test' type='get' id='p'><ping xmlns='urn:xmpp:ping'/></iq>");
  (void)script.sent();
  script.server(ask);
  CHECK(script.sent().starts_with("<a xmlns='urn:xmpp:sm:3' h='0'/>"));
  script.talking.acknowledge(script.events().at(0).delivery);
  // So the receipt waits, too.
  CHECK(holds(script.sent(), "<received xmlns='urn:xmpp:receipts' id='1'/>"));
  script.server(ask);
  CHECK(script.sent().starts_with("<a xmlns='urn:xmpp:sm:3' h='2'/>"));
}

TEST_CASE("an id that somebody uses again is of another message", "[xmpp][session]") {
  const bool managed = GENERATE(true, false);
  session_script script;
  script.log_in(managed);
  const std::string one =
      "<message from='ada@bots.test/x' type='chat' id='1'><body>!x</body></message>";
  script.server(one);
  script.server(one);
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK_FALSE(events[0].id.empty());
  CHECK_FALSE(events[1].id.empty());
  CHECK(events[0].id != events[1].id);
  if (!managed) return;
  // What the server sends again after a cut is the same message, though: the second.
  script.talking.acknowledge(events[0].delivery);
  script.talking.disconnected(false);
  script.resume(1);
  script.server(one);
  script.server(one);
  const auto again = script.events();
  REQUIRE(again.size() == 2);
  CHECK(again[0].id == events[1].id);
  CHECK(again[1].id != events[0].id);
  CHECK(again[1].id != events[1].id);
}

TEST_CASE("questions are answered, each once, and answers are not", "[xmpp][session]") {
  session_script script;
  script.log_in();
  (void)script.sent();
  script.server("<iq from='a@b/c' type='get' id='1'><query xmlns='jabber:iq:version'/></iq>");
  CHECK(holds(script.sent(), "<name>mynah</name>"));
  script.server("<iq from='a@b/c' type='get' id='2'><query xmlns='urn:unknown'/></iq>");
  CHECK(holds(script.sent(), "service-unavailable"));
  script.server("<iq from='a@b/c' type='result' id='3'/>");
  script.server("<iq from='a@b/c' type='error' id='4'/>");
  CHECK(script.sent().empty());
  // Of our roster nobody else may tell.
  script.server("<iq from='evil@x' type='set' id='5'><query xmlns='jabber:iq:roster'/></iq>");
  CHECK(holds(script.sent(), "service-unavailable"));
  script.server(
      "<iq from='bot@bots.test' type='set' id='6'><query xmlns='jabber:iq:roster'/>"
      "</iq>");
  CHECK(holds(script.sent(), "type='result'"));
}

TEST_CASE("an answer counts from whom was asked", "[xmpp][session]") {
  session_script script;
  script.log_in();
  (void)script.sent();
  int answered = 0;
  script.talking.ask("get", "ops@rooms.test", element("query", "urn:x"), script.now,
                     [&](const mynah::result<element>& got) { answered += got ? 1 : 10; });
  const std::string sent = script.sent();
  const std::size_t at = sent.find("id='") + 4;
  const std::string id = sent.substr(at, sent.find('\'', at) - at);
  script.server("<iq from='evil@x' type='result' id='" + id + "'/>");
  CHECK(answered == 0);
  script.server("<iq from='ops@rooms.test' type='result' id='" + id + "'/>");
  CHECK(answered == 1);
  script.talking.ask("get", "ops@rooms.test", element("query", "urn:x"), script.now,
                     [&](const mynah::result<element>& got) { answered += got ? 1 : 10; });
  script.advance(31s);
  CHECK(answered == 11);
}

TEST_CASE("a silent server is asked whether it lives", "[xmpp][session]") {
  session_script script;
  script.log_in();
  script.server("<a xmlns='urn:xmpp:sm:3' h='2'/>");
  (void)script.sent();
  script.advance(61s);
  CHECK(script.sent() == ask_ack);
  script.advance(20s);
  script.talking.heard(script.now);
  CHECK_FALSE(script.talking.failed());
  script.advance(61s);
  script.advance(31s);
  REQUIRE(script.talking.failed());
  CHECK(script.talking.failed()->code() == errc::timed_out);
}

TEST_CASE("a server without stream management is asked with a ping", "[xmpp][session]") {
  session_script script;
  script.log_in(false);
  (void)script.sent();
  const auto said = script.talking.say(to_ada("one"), true, script.now);
  REQUIRE(said.has_value());
  // That it was written is all there is to know.
  CHECK(script.talking.take_said().size() == 1);
  (void)script.sent();
  script.advance(61s);
  CHECK(holds(script.sent(), "<ping xmlns='urn:xmpp:ping'/>"));
}

TEST_CASE("a server that has more than it was sent is left", "[xmpp][session]") {
  session_script script;
  script.log_in();
  (void)script.sent();
  script.server("<a xmlns='urn:xmpp:sm:3' h='99'/>");
  REQUIRE(script.talking.failed());
  CHECK(holds(script.sent(), "handled-count-too-high"));
  CHECK_FALSE(script.talking.resumable());
}

TEST_CASE("whoever asks may see whether the bot is there", "[xmpp][session]") {
  session_script script;
  script.log_in();
  (void)script.sent();
  script.server("<presence from='ada@bots.test' type='subscribe'/>");
  CHECK(holds(script.sent(), "<presence to='ada@bots.test' type='subscribed'/>"));
  session_options shy;
  shy.accept_subscriptions = false;
  session_script other(shy);
  other.log_in();
  (void)other.sent();
  other.server("<presence from='ada@bots.test' type='subscribe'/>");
  CHECK(other.sent().empty());
}

TEST_CASE("an invitation is followed when the place has said that it is a room",
          "[xmpp][session]") {
  session_options options = with_room();
  options.rooms.invites = invite_policy::any;
  options.rooms.domain = "bots.test";
  session_script script(options);
  script.log_in();
  (void)script.sent();
  script.server(
      "<message from='eve@evil.test/x'><x xmlns='jabber:x:conference' jid='new@evil.test'/>"
      "</message>");
  const std::string asked = script.sent();
  CHECK(holds(asked, "to='new@evil.test'"));
  CHECK(holds(asked, "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  const std::string id = value_in(asked, "iq", "id");
  const auto answer = [&](const std::string& from) {
    script.server("<iq type='result' id='" + id + "' from='" + from +
                  "'><query xmlns='http://jabber.org/protocol/disco#info'><identity "
                  "category='conference' type='text'/><feature "
                  "var='http://jabber.org/protocol/muc'/></query></iq>");
    return holds(script.sent(), "<presence to='new@evil.test/mynah'>");
  };
  // Nobody else can say it.
  CHECK_FALSE(answer("eve@evil.test/x"));
  SECTION("itself") {
    CHECK(answer("new@evil.test"));
  }
  SECTION("in time") {
    script.advance(31s);
    (void)script.sent();
    CHECK_FALSE(answer("new@evil.test"));
  }
}

TEST_CASE("how long the bot has done nothing is told to whom may see it", "[xmpp][session]") {
  session_options options = with_room();
  const bool everybody = GENERATE(true, false);
  options.accept_subscriptions = everybody;
  session_script script(options);
  script.log_in();
  const std::string roster = script.sent();
  const std::size_t at = roster.find("<iq type='get' id='") + 19;
  script.server("<iq type='result' id='" + roster.substr(at, roster.find('\'', at) - at) +
                "'><query xmlns='jabber:iq:roster'><item jid='ann@b' subscription='from'/>"
                "<item jid='out@b' subscription='to'/></query></iq>");
  const auto ask = [&script](const std::string& from, const std::string& what) {
    script.server("<iq type='get' id='l'" + (from.empty() ? from : " from='" + from + "'") + ">" +
                  what + "</iq>");
    return script.sent();
  };
  const std::string last = "<query xmlns='jabber:iq:last'/>";
  const auto is_told = [&](const std::string& from) {
    const std::string answer = ask(from, last);
    const bool told = holds(answer, "<query xmlns='jabber:iq:last' seconds='");
    const bool refused = holds(answer, "type='error'") &&
                         holds(answer, "<forbidden xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>");
    CHECK(told != refused);
    return told;
  };
  CHECK(is_told("ann@b/c"));
  CHECK(is_told("bot@bots.test/other"));
  CHECK(is_told(""));
  CHECK(is_told("out@b/c") == everybody);
  CHECK(is_told("evil@b/c") == everybody);
  // Who is in a room with us sees that we are there.
  CHECK(is_told("ops@rooms.test/ann") == everybody);
  script.enter("ops@rooms.test");
  CHECK(is_told("ops@rooms.test/ann"));
  // What says nothing about when is for everybody (XEP-0092, XEP-0202, XEP-0199).
  CHECK(holds(ask("evil@b/c", "<query xmlns='jabber:iq:version'/>"), "type='result'"));
  CHECK(holds(ask("evil@b/c", "<time xmlns='urn:xmpp:time'/>"), "type='result'"));
  CHECK(holds(ask("evil@b/c", "<ping xmlns='urn:xmpp:ping'/>"), "type='result'"));
}

TEST_CASE("a bot that has done nothing yet has done so since it came", "[xmpp][session]") {
  session_script script;
  script.log_in();
  (void)script.sent();
  script.advance(7s);
  script.server("<iq type='get' id='l'><query xmlns='jabber:iq:last'/></iq>");
  CHECK(holds(script.sent(), "<query xmlns='jabber:iq:last' seconds='7'/>"));
}

TEST_CASE("a room that has forgotten the bot is entered again", "[xmpp][session]") {
  session_options options = with_room();
  options.idle = 0s;
  session_script script(options);
  script.log_in();
  script.enter("ops@rooms.test");
  script.advance(15min);
  const std::string asked = script.sent();
  CHECK(holds(asked, "to='ops@rooms.test/mynah'"));
  CHECK(holds(asked, "<ping xmlns='urn:xmpp:ping'/>"));
  const std::size_t at = asked.find("id='") + 4;
  const std::string id = asked.substr(at, asked.find('\'', at) - at);
  script.server("<iq type='error' from='ops@rooms.test/mynah' id='" + id +
                "'><error type='cancel'><not-acceptable "
                "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
  CHECK(holds(script.sent(), "<presence to='ops@rooms.test/mynah'>"));
  script.enter("ops@rooms.test");
  // Nobody answers: the next silence will tell.
  script.advance(15min);
  CHECK(holds(script.sent(), "<ping"));
  script.advance(1min);
  CHECK(script.talking.places().inside(*jid::parse("ops@rooms.test")));
  script.advance(15min);
  CHECK(holds(script.sent(), "<ping"));
}

TEST_CASE("an answer in a room names what it is to", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  script.server(
      "<message from='ops@rooms.test/ann' id='x' type='groupchat'><body>!x</body><stanza-id "
      "xmlns='urn:xmpp:sid:0' by='ops@rooms.test' id='a1'/></message>");
  const auto asked = script.events();
  (void)script.sent();
  outgoing answer(asked.at(0).from, "yes");
  answer.answers = asked[0].id;
  const auto say = [&] {
    REQUIRE(script.talking.say(answer, false, script.now).has_value());
    return script.sent();
  };
  const char* const named = "<reply xmlns='urn:xmpp:reply:0' to='ops@rooms.test/ann' id='a1'/>";
  CHECK(holds(say(), named));
  // Of several messages the first.
  answer.body = std::string(20'000, 'x');
  const std::string parts = say();
  CHECK(parts.find(named) == parts.rfind(named));
  SECTION("but only what has an id of the room") {
    script.server(
        "<message from='ops@rooms.test/ann' id='x' type='groupchat'><body>!x</body></message>");
    answer.answers = script.events().at(0).id;
    CHECK_FALSE(answer.answers.empty());
    CHECK_FALSE(holds(say(), "<reply"));
  }
  SECTION("not in private") {
    answer.to.direct = true;
    CHECK_FALSE(holds(say(), "<reply"));
  }
  SECTION("not in an edit") {
    answer.replaces = "m1";
    CHECK_FALSE(holds(say(), "<reply"));
  }
}

TEST_CASE("a stanza of which only the outside is known is done with", "[xmpp][session]") {
  session_script script;
  script.log_in();
  (void)script.sent();
  script.server("<message from='a@b/c' type='chat' id='1'/>");
  script.server("<iq from='a@b/c' type='get' id='2'/>");
  CHECK(holds(script.sent(), "bad-request"));
  script.server("<presence from='a@b/c' id='3'/>");
  CHECK(script.events().empty());
  script.server(ask_ack);
  CHECK(script.sent().starts_with("<a xmlns='urn:xmpp:sm:3' h='3'/>"));
}

TEST_CASE("other clients of the account are the bot, in rooms, too", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  script.server(
      "<presence from='ops@rooms.test/owner'><x xmlns='http://jabber.org/protocol/muc#user'><item "
      "affiliation='owner' role='moderator' jid='bot@bots.test/phone'/></x></presence>");
  script.server(
      "<message from='ops@rooms.test/owner' type='groupchat' id='1'><body>!x</body></message>");
  const auto heard = script.events();
  REQUIRE(heard.size() == 2);
  CHECK(heard[0].origin == event_origin::self);
  CHECK(heard[1].origin == event_origin::self);
}

TEST_CASE("receipts are for whom may know that the bot is there", "[xmpp][session]") {
  session_options options = with_room();
  const bool everybody = GENERATE(true, false);
  options.accept_subscriptions = everybody;
  session_script script(options);
  script.log_in();
  const std::string asked = script.sent();
  const std::size_t at = asked.find("<iq type='get' id='") + 19;
  const std::string id = asked.substr(at, asked.find('\'', at) - at);
  script.server("<iq type='result' id='" + id +
                "'><query xmlns='jabber:iq:roster'><item jid='ann@b' subscription='both'/>"
                "<item jid='old@b' subscription='from'/><item jid='out@b' subscription='to'/>"
                "</query></iq>");
  script.server(
      "<iq type='set' id='p'><query xmlns='jabber:iq:roster'>"
      "<item jid='old@b' subscription='remove'/></query></iq>");
  script.enter("ops@rooms.test");
  const auto receipt_for = [&](const std::string& from, const std::string& more = {}) {
    script.server("<message from='" + from + "' type='chat' id='r1'><body>!x</body>" +
                  (more.empty() ? "<request xmlns='urn:xmpp:receipts'/>" : more) + "</message>");
    (void)script.sent();
    for (const auto& each : script.events()) script.talking.acknowledge(each.delivery);
    return script.sent();
  };
  const char* const received = "<received xmlns='urn:xmpp:receipts' id='r1'/>";
  const char* const displayed = "<displayed xmlns='urn:xmpp:chat-markers:0' id='r1'/>";
  CHECK(holds(receipt_for("ann@b/c"), received));
  for (const std::string from : {"old@b/c", "out@b/c", "evil@b/c"}) {
    CHECK(holds(receipt_for(from), received) == everybody);
  }
  CHECK(holds(receipt_for("ann@b/c", "<markable xmlns='urn:xmpp:chat-markers:0'/>"), displayed));
  CHECK_FALSE(holds(receipt_for("ann@b/c", "<thread/>"), "id='r1'"));
  // Not for what is kept, nor in rooms.
  CHECK_FALSE(holds(receipt_for("ops@rooms.test/ann"), received));
  CHECK_FALSE(holds(receipt_for("ann@b/c",
                                "<request xmlns='urn:xmpp:receipts'/><delay "
                                "xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z'/>"),
                    received));
}

TEST_CASE("rooms that are marked are entered, if that is wanted", "[xmpp][session]") {
  session_options options;
  options.rooms.bookmarks = GENERATE(true, false);
  session_script script(options);
  script.log_in();
  const std::string asked = script.sent();
  const std::size_t question = asked.find(
      "<pubsub xmlns='http://jabber.org/protocol/pubsub'>"
      "<items node='urn:xmpp:bookmarks:1'/>");
  REQUIRE((question != std::string::npos) == options.rooms.bookmarks);
  if (!options.rooms.bookmarks) return;
  const std::size_t at = asked.rfind("id='", question) + 4;
  const std::string id = asked.substr(at, asked.find('\'', at) - at);
  script.server("<iq type='result' id='" + id +
                "'><pubsub xmlns='http://jabber.org/protocol/pubsub'>"
                "<items node='urn:xmpp:bookmarks:1'>"
                "<item id='one@rooms.test'><conference xmlns='urn:xmpp:bookmarks:1' "
                "autojoin='true'><password>sesame</password></conference></item>"
                "<item id='two@rooms.test'><conference xmlns='urn:xmpp:bookmarks:1' "
                "autojoin='1'/></item>"
                "<item id='three@rooms.test'><conference xmlns='urn:xmpp:bookmarks:1'/></item>"
                "<item id='a/b'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='1'/></item>"
                "<item id='five@rooms.test'><conference xmlns='urn:x' autojoin='1'/></item>"
                "</items></pubsub></iq>");
  const std::string entered = script.sent();
  CHECK(holds(entered, "<presence to='one@rooms.test/mynah'>"));
  CHECK(holds(entered, "<password>sesame</password>"));
  CHECK(holds(entered, "<presence to='two@rooms.test/mynah'>"));
  for (const char* const other : {"three@", "a/", "five@"}) CHECK_FALSE(holds(entered, other));
}

TEST_CASE("bookmarks are followed as they change", "[xmpp][session]") {
  session_options options;
  options.rooms.bookmarks = true;
  options.rooms.entries.emplace_back(*jid::parse("ops@rooms.test"));
  session_script script(options);
  script.log_in();
  (void)script.sent();
  const auto told = [&](const std::string& what, const std::string& from = "bot@bots.test") {
    script.server("<message from='" + from +
                  "' type='headline'><event xmlns='http://jabber.org/protocol/pubsub#event'>" +
                  what + "</event></message>");
    return script.sent();
  };
  const auto changed = [&](const std::string& items, const std::string& from = "bot@bots.test") {
    return told("<items node='urn:xmpp:bookmarks:1'>" + items + "</items>", from);
  };
  const auto marked = [](const std::string& room, const std::string& wish) {
    return "<item id='" + room + "'><conference xmlns='urn:xmpp:bookmarks:1' autojoin='" + wish +
           "'><password>sesame</password></conference></item>";
  };
  const std::string enter = "<presence to='one@rooms.test/mynah'><x ";
  const std::string leave = "<presence to='one@rooms.test/mynah' type='unavailable'";
  // Only the account itself says so.
  for (const char* const forger :
       {"evil@bots.test", "bots.test", "bot@bots.test/desk", "ops@rooms.test", "bot@bots.test.x"}) {
    CAPTURE(forger);
    CHECK_FALSE(holds(changed(marked("one@rooms.test", "true"), forger), enter));
  }
  CHECK_FALSE(
      holds(told("<items node='urn:x'>" + marked("one@rooms.test", "true") + "</items>"), enter));
  const std::string sent = changed(marked("one@rooms.test", "true"));
  CHECK(holds(sent, enter));
  CHECK(holds(sent, "<password>sesame</password>"));
  // Said again, nothing happens.
  CHECK_FALSE(holds(changed(marked("one@rooms.test", "true")), "<presence"));
  const std::string gone = GENERATE(std::string("not wanted"), "retracted", "purged", "deleted");
  CAPTURE(gone);
  if (gone == "not wanted") CHECK(holds(changed(marked("one@rooms.test", "false")), leave));
  if (gone == "retracted") CHECK(holds(changed("<retract id='one@rooms.test'/>"), leave));
  if (gone == "purged") CHECK(holds(told("<purge node='urn:xmpp:bookmarks:1'/>"), leave));
  if (gone == "deleted") CHECK(holds(told("<delete node='urn:xmpp:bookmarks:1'/>"), leave));
  CHECK_FALSE(holds(told("<purge node='urn:x'/>"), "<presence"));
  // What the settings want no bookmark changes.
  CHECK_FALSE(holds(changed(marked("ops@rooms.test", "true")), "<presence"));
  CHECK_FALSE(holds(changed("<retract id='ops@rooms.test'/>"), "<presence"));
  CHECK(script.events().empty());
}

TEST_CASE("who does not follow bookmarks is not told of them", "[xmpp][session]") {
  session_options options;
  options.rooms.bookmarks = GENERATE(true, false);
  session_script script(options);
  script.log_in();
  (void)script.sent();
  script.server(
      "<iq type='get' id='i' from='bots.test'><query "
      "xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  CHECK(holds(script.sent(), "<feature var='urn:xmpp:bookmarks:1+notify'/>") ==
        options.rooms.bookmarks);
  script.server(
      "<message from='bot@bots.test'><event xmlns='http://jabber.org/protocol/pubsub#event'>"
      "<items node='urn:xmpp:bookmarks:1'><item id='one@rooms.test'><conference "
      "xmlns='urn:xmpp:bookmarks:1' autojoin='1'/></item></items></event></message>");
  CHECK(holds(script.sent(), "<presence") == options.rooms.bookmarks);
}

TEST_CASE("a server that saves what is not looked at is told that the bot looks",
          "[xmpp][session]") {
  session_script script;
  script.features = "<csi xmlns='urn:xmpp:csi:0'/>";
  const char* const active = "<active xmlns='urn:xmpp:csi:0'/>";
  script.log_in();
  CHECK(holds(script.sent(), active));
  script.talking.disconnected(false);
  script.resume(2);
  CHECK(holds(script.sent(), active));
  script.talking.disconnected(false);
  script.features.clear();
  script.resume(2);
  CHECK_FALSE(holds(script.sent(), active));
}

TEST_CASE("only the room that was told something can refuse it", "[xmpp][session]") {
  session_script script(with_room());
  script.log_in();
  script.enter("ops@rooms.test");
  std::optional<mynah::result<void>> told;
  const auto tell = [&] {
    told.reset();
    script.talking.tell(element("message", "jabber:client").set("to", "ops@rooms.test"), script.now,
                        [&](mynah::result<void> how) { told = how; });
    return script.sent();
  };
  const auto value = [](const std::string& sent, const std::string& name) {
    const std::size_t at = sent.find("id='", sent.find("<" + name)) + 4;
    return sent.substr(at, sent.find('\'', at) - at);
  };
  const auto refuse = [&](const std::string& sent, const std::string& from) {
    script.server("<message from='" + from + "' type='error' id='" + value(sent, "message") +
                  "'><error type='auth'><forbidden "
                  "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
    script.server("<iq from='ops@rooms.test' type='result' id='" + value(sent, "iq") + "'/>");
  };
  refuse(tell(), "ops@rooms.test");
  REQUIRE(told);
  CHECK(told->has_error());
  for (const std::string from : {"ops@rooms.test/evil", "evil@b/c"}) {
    refuse(tell(), from);
    REQUIRE(told);
    CHECK(told->has_value());
  }
}
