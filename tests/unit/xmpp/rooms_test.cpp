// SPDX-License-Identifier: Apache-2.0
#include "rooms.hpp"

#include "catch.hpp"
#include "xml.hpp"

using mynah::event_type;
using namespace mynah::xmpp;
using mynah_test::xml;
using namespace std::chrono_literals;

namespace {

class room_script {
 public:
  explicit room_script(room_options options)
      : places(std::move(options),
               mynah::logger([this](const mynah::log_record& line) { logged(line); },
                             mynah::log_level::info, "xmpp")) {
    places.start(now);
  }

  std::string sent() {
    std::string text;
    for (const element& each : places.take_stanzas()) text += each.to_xml("jabber:client");
    return text;
  }
  /// A presence from an occupant, with these children of its `x`.
  void presence(const std::string& from, const std::string& type, const std::string& about) {
    places.presence(
        xml("<presence from='" + from + "'" + (type.empty() ? "" : " type='" + type + "'") +
            "><x xmlns='http://jabber.org/protocol/muc#user'>" + about + "</x></presence>"),
        now);
  }
  void refused(const std::string& condition) {
    places.presence(
        xml("<presence from='ops@rooms.test/mynah' type='error'><error type='auth'><" + condition +
            " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
            "</presence>"),
        now);
  }
  /// Whom we ask what they are.
  std::string asked() {
    std::string whom;
    for (const auto& each : places.take_inquiries()) {
      whom += (whom.empty() ? "" : " ") + each.whom.to_string();
    }
    return whom;
  }
  /// What is asked about a place says that it is this.
  void is(const std::string& place, const std::string& category,
          const std::string& feature = "http://jabber.org/protocol/muc") {
    const element answer =
        xml("<iq type='result' from='" + place +
            "'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='" +
            category + "' type='text'/><feature var='" + feature + "'/></query></iq>");
    places.inquired(*jid::parse(place), answer, now);
  }
  void is_room(const std::string& place) {
    (void)asked();
    is(place, "conference");
  }
  void tells_nothing(const std::string& place, mynah::errc why, const char* condition = "x") {
    places.inquired(*jid::parse(place), mynah::failure(why, condition), now);
  }
  void invite(const std::string& place, const std::string& by = "eve@evil.test/x") {
    message("<message from='" + by + "'><x xmlns='jabber:x:conference' jid='" + place +
            "'/></message>");
  }
  void message(const std::string& text) {
    const element got = xml(text);
    places.message(got, *jid::parse(got.attr("from")), false, now);
  }
  void advance(mynah::clock::duration time) {
    now += time;
    if (places.next_tick() <= now) places.tick(now);
  }

  mynah::clock::time_point now{1h};
  std::string log;
  bool with_inviters = false;
  bool with_reasons = false;
  rooms places;

 private:
  void logged(const mynah::log_record& line) {
    log += line.message;
    for (const auto& [key, value] : line.fields) {
      if (key == "count") log += " count=" + std::string(value);
      if (key == "by" && with_inviters) log += " by=" + std::string(value);
      if (key == "reason" && with_reasons) log += " reason=" + std::string(value);
    }
    log += "\n";
  }
};

room_options one_room() {
  room_options options;
  options.entries.emplace_back(*jid::parse("ops@rooms.test"), "sesame");
  options.nick = "mynah";
  return options;
}

const char* const own = "<item affiliation='member' role='participant'/><status code='110'/>";

const jid room = *jid::parse("ops@rooms.test");

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a room is entered with its password and without its history", "[xmpp][rooms]") {
  room_script script(one_room());
  const std::string sent = script.sent();
  CHECK(holds(sent, "<presence to='ops@rooms.test/mynah'>"));
  CHECK(holds(sent, "<history maxstanzas='0'/>"));
  CHECK(holds(sent, "<password>sesame</password>"));
  script.presence("ops@rooms.test/ann", "", "<item affiliation='owner' jid='ann@b/c'/>");
  CHECK(script.places.take_news().empty());
  script.presence("ops@rooms.test/mynah", "", own);
  CHECK(script.places.inside(room));
  CHECK_FALSE(script.places.live(room));
  script.message("<message from='ops@rooms.test' type='groupchat'><subject>s</subject></message>");
  CHECK(script.places.live(room));
  CHECK(script.places.count() == 1);
  const occupant* const ann = script.places.find(*jid::parse("ops@rooms.test/ann"));
  REQUIRE(ann != nullptr);
  CHECK(ann->affiliation == "owner");
  CHECK(ann->real == jid::parse("ann@b/c"));
}

TEST_CASE("the end of an earlier session in the room is no answer", "[xmpp][rooms]") {
  room_script script(one_room());
  script.presence("ops@rooms.test/mynah", "unavailable", "<status code='110'/>");
  CHECK(script.places.take_news().empty());
  script.presence("ops@rooms.test/ann", "", "<item jid='ann@b/c'/>");
  script.presence("ops@rooms.test/mynah", "", own);
  CHECK(script.places.inside(room));
  CHECK(script.places.find(*jid::parse("ops@rooms.test/ann")) != nullptr);
}

TEST_CASE("comings, goings and topics are told", "[xmpp][rooms]") {
  room_script script(one_room());
  script.presence("ops@rooms.test/mynah", "", own);
  script.message("<message from='ops@rooms.test' type='groupchat'><subject>s</subject></message>");
  auto news = script.places.take_news();
  REQUIRE(news.size() == 1);
  CHECK(news[0].own);
  script.presence("ops@rooms.test/bob", "", "<item role='visitor'/>");
  script.presence("ops@rooms.test/bob", "", "<item role='participant'/>");
  script.presence("ops@rooms.test/bob", "unavailable", "<item nick='rob'/><status code='303'/>");
  script.presence("ops@rooms.test/rob", "", "<item role='participant'/>");
  script.presence("ops@rooms.test/rob", "unavailable",
                  "<item><reason>out!</reason></item><status code='307'/>");
  script.message(
      "<message from='ops@rooms.test/ann' type='groupchat'><subject>new</subject></message>");
  news = script.places.take_news();
  REQUIRE(news.size() == 5);
  CHECK(news[0].type == event_type::join);
  CHECK(news[1].what == "nick");
  CHECK(news[1].text == "rob");
  CHECK(news[2].who.nick == "rob");
  CHECK(news[3].what == "kicked");
  CHECK(news[3].text == "out!");
  CHECK(news[4].type == event_type::topic);
  CHECK(news[4].text == "new");
}

TEST_CASE("a nick that is taken is replaced by others", "[xmpp][rooms]") {
  room_options options = one_room();
  options.alternative_nicks = {"parrot"};
  room_script script(options);
  (void)script.sent();
  script.refused("conflict");
  CHECK(holds(script.sent(), "to='ops@rooms.test/parrot'"));
  script.refused("conflict");
  CHECK(holds(script.sent(), "to='ops@rooms.test/parrot_'"));
  script.presence("ops@rooms.test/parrot_", "", own);
  CHECK(script.places.nick(room) == "parrot_");
  CHECK(script.places.is_own(*jid::parse("ops@rooms.test/parrot_")));
  // The room may think of another.
  script.presence("ops@rooms.test/parrot_", "unavailable",
                  "<item nick='guest'/><status code='303'/><status code='110'/>");
  CHECK(script.places.inside(room));
  CHECK(script.places.nick(room) == "guest");
}

TEST_CASE("after a kick the bot comes back, later each time, and not after a ban",
          "[xmpp][rooms]") {
  room_script script(one_room());
  std::vector<std::chrono::seconds> pauses;
  for (int i = 0; i < 3; ++i) {
    script.presence("ops@rooms.test/mynah", "", own);
    (void)script.sent();
    script.presence("ops@rooms.test/mynah", "unavailable",
                    "<item/><status code='307'/><status code='110'/>");
    CHECK_FALSE(script.places.inside(room));
    const auto left = script.now;
    while (script.sent().empty()) script.advance(1s);
    pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(script.now - left));
  }
  CHECK(pauses == std::vector<std::chrono::seconds>{5s, 10s, 20s});
  script.presence("ops@rooms.test/mynah", "", own);
  script.presence("ops@rooms.test/mynah", "unavailable",
                  "<item/><status code='301'/><status code='110'/>");
  CHECK(script.places.next_tick() == mynah::clock::time_point::max());
}

TEST_CASE("a room that went away is entered again", "[xmpp][rooms]") {
  room_script script(one_room());
  script.presence("ops@rooms.test/mynah", "", own);
  (void)script.sent();
  script.presence("ops@rooms.test/mynah", "unavailable",
                  "<item/><status code='332'/><status code='110'/>");
  script.advance(5s);
  CHECK(holds(script.sent(), "to='ops@rooms.test/mynah'"));
}

TEST_CASE("refusals are tried again, the hopeless ones seldom", "[xmpp][rooms]") {
  room_script script(one_room());
  (void)script.sent();
  script.refused("registration-required");
  script.advance(1min);
  CHECK(holds(script.sent(), "to='ops@rooms.test/mynah'"));
  script.refused("not-authorized");
  script.advance(10min);
  CHECK(script.sent().empty());
  script.advance(20min);
  CHECK_FALSE(script.sent().empty());
}

TEST_CASE("a room that does not answer is tried again", "[xmpp][rooms]") {
  room_script script(one_room());
  (void)script.sent();
  script.advance(60s);
  CHECK(script.sent().empty());
  script.advance(1min);
  CHECK_FALSE(script.sent().empty());
}

TEST_CASE("a new room is opened by its owner", "[xmpp][rooms]") {
  room_script script(one_room());
  (void)script.sent();
  script.presence("ops@rooms.test/mynah", "",
                  "<item affiliation='owner'/><status code='110'/><status code='201'/>");
  CHECK(holds(script.sent(), "<x xmlns='jabber:x:data' type='submit'/>"));
}

TEST_CASE("invitations are followed as the settings say", "[xmpp][rooms]") {
  const char* const mediated =
      "<message from='new@rooms.test'><x xmlns='http://jabber.org/protocol/muc#user'>"
      "<invite from='ada@b'/><password>p</password></x></message>";
  const char* const direct =
      "<message from='ada@b/c'><x xmlns='jabber:x:conference' jid='new@rooms.test'/></message>";
  room_options options = one_room();
  {
    room_script script(options);
    (void)script.sent();
    script.message(mediated);
    script.message(direct);
    CHECK(script.sent().empty());
  }
  options.invites = invite_policy::any;
  {
    room_script script(options);
    (void)script.sent();
    script.message(mediated);
    // Once it is known to be a room.
    CHECK(script.sent().empty());
    CHECK(script.asked() == "new@rooms.test");
    CHECK_FALSE(script.places.knows(*jid::parse("new@rooms.test")));
    script.is("new@rooms.test", "conference");
    CHECK(holds(script.sent(), "<password>p</password>"));
    options.invite_limit = 0;
  }
  {
    room_script script(options);
    (void)script.sent();
    script.message(direct);
    CHECK(script.asked().empty());
    CHECK(script.sent().empty());
  }
}

TEST_CASE("only what says that it is a room is entered", "[xmpp][rooms]") {
  room_options options = one_room();
  options.invites = invite_policy::any;
  room_script script(options);
  script.with_reasons = true;
  const std::string place = "new@rooms.test";
  const auto is_entered = [&] { return holds(script.sent(), "to='new@rooms.test/mynah'"); };
  const auto is_refused = [&](const std::string& why) {
    return !is_entered() && !script.places.knows(*jid::parse(place)) &&
           script.log == "not following an invitation reason=" + why + " count=1\n";
  };
  (void)script.sent();
  script.log.clear();
  script.invite(place);
  CHECK(script.asked() == place);
  SECTION("an account") {
    script.is(place, "account");
    CHECK(is_refused("it is no room"));
  }
  SECTION("something without rooms") {
    script.is(place, "conference", "urn:xmpp:ping");
    CHECK(is_refused("it is no room"));
  }
  SECTION("an answer about nothing") {
    script.places.inquired(*jid::parse(place), element("iq", "jabber:client"), script.now);
    CHECK(is_refused("it is no room"));
  }
  SECTION("nobody") {
    script.tells_nothing(place, mynah::errc::timed_out);
    CHECK(script.asked().empty());
    CHECK(is_refused("it does not tell what it is"));
  }
  SECTION("one that tells nothing of itself, at a service of rooms") {
    script.tells_nothing(place, mynah::errc::not_sent, "item-not-found");
    CHECK_FALSE(is_entered());
    CHECK(script.asked() == "rooms.test");
    SECTION("which says so") {
      script.is(place, "conference");
      CHECK(is_entered());
    }
    SECTION("which is a server of people") {
      script.is(place, "server");
      CHECK(is_refused("it is no room"));
    }
    SECTION("which tells nothing, either") {
      script.tells_nothing(place, mynah::errc::not_sent, "remote-server-not-found");
      CHECK(script.asked().empty());
      CHECK(is_refused("it is no room"));
    }
    SECTION("which does not answer") {
      script.tells_nothing(place, mynah::errc::timed_out);
      CHECK(is_refused("it does not tell what it is"));
    }
  }
  SECTION("another kind of room") {
    script.is(place, "conference");
    CHECK(is_entered());
    // Once is enough.
    script.is(place, "conference");
    CHECK_FALSE(is_entered());
  }
  SECTION("what we have gone into by ourselves meanwhile") {
    script.places.enter(*jid::parse(place), "", script.now);
    CHECK(is_entered());
    script.is(place, "account");
    CHECK(script.places.knows(*jid::parse(place)));
    CHECK_FALSE(holds(script.log, "not following"));
  }
  SECTION("nothing any more when the session has ended") {
    script.places.lost();
    script.tells_nothing(place, mynah::errc::closed);
    script.places.start(script.now);
    (void)script.sent();
    script.is(place, "conference");
    CHECK_FALSE(is_entered());
    CHECK(script.log.empty());
  }
  SECTION("nothing that nobody invited to") {
    script.is("other@rooms.test", "conference");
    CHECK(script.sent().empty());
    CHECK_FALSE(script.places.knows(*jid::parse("other@rooms.test")));
  }
}

TEST_CASE("nobody keeps others out by places that do not answer", "[xmpp][rooms]") {
  room_options options = one_room();
  options.invites = invite_policy::any;
  options.invite_limit = 2;
  room_script script(options);
  script.with_reasons = true;
  script.log.clear();
  for (const char* each : {"a@rooms.test", "a@rooms.test", "b@rooms.test", "c@rooms.test"}) {
    script.invite(each, "eve@evil.test/x");
  }
  CHECK(script.log.empty());
  script.invite("d@rooms.test", "eve@evil.test/y");
  CHECK(script.asked() == "a@rooms.test b@rooms.test c@rooms.test");
  CHECK(script.log ==
        "not following an invitation reason=too many places are being asked what they are "
        "count=1\n");
  script.invite("d@rooms.test", "ann@b.test/x");
  CHECK(script.asked() == "d@rooms.test");
  // Of those that turn out to be rooms so many are entered as may be.
  for (const char* each : {"d@rooms.test", "a@rooms.test", "b@rooms.test"}) {
    script.is(each, "conference");
  }
  CHECK(script.places.knows(*jid::parse("d@rooms.test")));
  CHECK(script.places.knows(*jid::parse("a@rooms.test")));
  CHECK_FALSE(script.places.knows(*jid::parse("b@rooms.test")));
}

TEST_CASE("the log tells who invites most", "[xmpp][rooms]") {
  room_script script(one_room());
  script.with_inviters = true;
  script.log.clear();
  script.invite("new@rooms.test", "bob@b.test/x");
  CHECK(script.log == "not following an invitation by=bob@b.test (1) count=1\n");
  script.log.clear();
  for (int i = 0; i < 90; ++i) {
    script.invite("new@rooms.test", "eve@evil.test/" + std::to_string(i));
  }
  script.invite("new@rooms.test", "ann@b.test/x");
  script.invite("new@rooms.test", "dan@b.test/x");
  script.advance(1min);
  script.log.clear();
  for (int i = 0; i < 2; ++i) script.invite("new@rooms.test", "cat@b.test");
  CHECK(script.log ==
        "not following an invitation by=eve@evil.test (90), ann@b.test (1), cat@b.test (1), "
        "others (1) count=93\n");
  // Not more of them are told apart than is good.
  script.log.clear();
  for (int i = 0; i < 1000; ++i) {
    script.invite("new@rooms.test", "p" + std::to_string(i) + "@evil.test");
  }
  script.advance(1min);
  script.log.clear();
  script.invite("new@rooms.test", "last@evil.test");
  CHECK_THAT(script.log, ContainsSubstring("others (999) count=1002\n"));
}

TEST_CASE("invitations do not fill the log", "[xmpp][rooms]") {
  room_options options = one_room();
  const auto invite = [](room_script& script, const std::string& room) {
    script.invite(room, "eve@b/c");
  };
  SECTION("when they are not followed") {
    room_script script(options);
    for (int i = 0; i < 100; ++i) invite(script, "new" + std::to_string(i) + "@evil.test");
    CHECK(script.log == "not following an invitation count=1\n");
    script.advance(59s);
    invite(script, "new@evil.test");
    CHECK(script.log == "not following an invitation count=1\n");
    script.advance(1s);
    script.log.clear();
    invite(script, "new@evil.test");
    CHECK(script.log == "not following an invitation count=101\n");
  }
  SECTION("when they lead nowhere") {
    options.invites = invite_policy::any;
    room_script script(options);
    for (int i = 0; i < 100; ++i) {
      invite(script, "new@evil.test");
      script.is_room("new@evil.test");
      script.presence("new@evil.test/mynah", "error", "");
    }
    CHECK(script.log == "invited count=1\ncannot go into the room count=1\n");
  }
  SECTION("nor make us knock at a door again and again") {
    room_script script(options);
    script.refused("registration-required");
    (void)script.sent();
    script.log.clear();
    for (int i = 0; i < 100; ++i) {
      invite(script, "ops@rooms.test");
      script.refused("registration-required");
    }
    CHECK(script.places.take_stanzas().size() == 1);
    CHECK(script.log ==
          "invited\ncannot go into the room; trying again later\n"
          "not following an invitation count=1\n");
    // Whoever asked us in has made us a member meanwhile.
    script.advance(10s);
    invite(script, "ops@rooms.test");
    CHECK(script.places.take_stanzas().size() == 1);
  }
}

TEST_CASE("who is who is not believed of any service that somebody invites to", "[xmpp][rooms]") {
  room_options options = one_room();
  options.invites = invite_policy::any;
  options.domain = "bots.test";
  room_script script(options);
  for (const char* const place : {"new@evil.test", "new@rooms.test", "new@muc.bots.test"}) {
    script.invite(place);
    script.is_room(place);
    script.presence(std::string(place) + "/mynah", "", own);
    script.presence(std::string(place) + "/boss", "",
                    "<item affiliation='owner' jid='ada@bots.test/phone'/>");
    const auto* const boss = script.places.find(*jid::parse(std::string(place) + "/boss"));
    REQUIRE(boss != nullptr);
    CAPTURE(place);
    CHECK(boss->real.has_value() == (std::string(place) == "new@rooms.test"));
  }
}

TEST_CASE("nobody makes a room of a person by inviting us there", "[xmpp][rooms]") {
  room_options options = one_room();
  options.invites = invite_policy::any;
  options.domain = "bots.test";
  room_script script(options);
  (void)script.sent();
  const auto invited = [&script](const std::string& place) {
    script.invite(place);
    return !script.asked().empty();
  };
  // The server's people, the bot itself, and what has no name.
  for (const char* const place : {"bob@bots.test", "bot@bots.test", "rooms.test", "bots.test"}) {
    CAPTURE(place);
    CHECK_FALSE(invited(place));
    CHECK_FALSE(script.places.knows(*jid::parse(place)));
  }
  // Elsewhere it shows, also if somebody's client says of itself that it is a room.
  const jid bob = *jid::parse("bob@other.test/dev");
  CHECK(invited("bob@other.test"));
  CHECK_FALSE(script.places.knows(bob));
  script.is_room("bob@other.test");
  CHECK(script.places.knows(bob));
  CHECK_FALSE(script.places.is_said_in_one(bob));
  script.advance(2min);
  CHECK_FALSE(script.places.knows(bob));
  CHECK(script.places.is_said_in_one(*jid::parse("ops@rooms.test/ada")));
}

TEST_CASE("nobody can invite us back to where we were thrown out", "[xmpp][rooms]") {
  const char* const direct =
      "<message from='eve@b/c'><x xmlns='jabber:x:conference' jid='ops@rooms.test' "
      "password='planted'/></message>";
  for (const char* const status : {"301", "307"}) {
    room_script script(one_room());
    script.presence("ops@rooms.test/mynah", "", own);
    (void)script.sent();
    script.presence(
        "ops@rooms.test/mynah", "unavailable",
        "<item role='none'/><status code='110'/><status code='" + std::string(status) + "'/>");
    (void)script.sent();
    script.message(direct);
    CAPTURE(status);
    CHECK(script.sent().empty());
  }
  // Nor to where an invitation had brought us, for an hour.
  room_options options = one_room();
  options.invites = invite_policy::any;
  room_script script(options);
  const char* const invitation =
      "<message from='eve@b/c'><x xmlns='jabber:x:conference' jid='new@rooms.test'/></message>";
  script.message(invitation);
  script.is_room("new@rooms.test");
  script.presence("new@rooms.test/mynah", "", own);
  script.presence("new@rooms.test/mynah", "unavailable",
                  "<item role='none'/><status code='110'/><status code='307'/>");
  (void)script.sent();
  script.message(invitation);
  CHECK(script.asked().empty());
  script.advance(1h);
  script.message(invitation);
  script.is_room("new@rooms.test");
  CHECK(script.sent().find("new@rooms.test/mynah") != std::string::npos);
}

TEST_CASE("at the end being out of a room is no news", "[xmpp][rooms]") {
  room_script script(one_room());
  script.presence("ops@rooms.test/mynah", "", own);
  (void)script.places.take_news();
  script.places.leaving();
  script.presence("ops@rooms.test/mynah", "unavailable", "<status code='110'/>");
  CHECK(script.places.take_news().empty());
  CHECK_FALSE(script.places.inside(*jid::parse("ops@rooms.test")));
}

TEST_CASE("many rooms are entered some at a time", "[xmpp][rooms]") {
  room_options options;
  options.nick = "mynah";
  for (int i = 0; i < 50; ++i) {
    options.entries.emplace_back(*jid::parse("r" + std::to_string(i) + "@rooms.test"));
  }
  room_script script(options);
  CHECK(script.places.take_stanzas().size() == rooms::most_joining);
  script.presence("r0@rooms.test/mynah", "", own);
  CHECK(script.places.take_stanzas().size() == 1);
}

TEST_CASE("a room that is silent for long is asked whether we are in it", "[xmpp][rooms]") {
  room_script script(one_room());
  script.presence("ops@rooms.test/mynah", "", own);
  (void)script.sent();
  const jid us = *jid::parse("ops@rooms.test/mynah");
  const auto refused = [](const char* condition) {
    return mynah::result<element>(mynah::failure(mynah::errc::not_sent, condition));
  };
  script.advance(14min);
  CHECK(script.places.take_checks().empty());
  // Whatever comes from there shows it.
  script.presence("ops@rooms.test/ann", "", "<item affiliation='none'/>");
  script.advance(14min);
  CHECK(script.places.take_checks().empty());
  script.advance(1min);
  CHECK(script.places.take_checks() == std::vector<jid>{us});
  // Once.
  script.advance(1h);
  CHECK(script.places.take_checks().empty());
  script.places.checked(us, element("iq", "jabber:client"), script.now);
  CHECK(script.places.inside(room));
  for (const char* const known : {"service-unavailable", "feature-not-implemented",
                                  "remote-server-not-found", "remote-server-timeout"}) {
    script.advance(15min);
    REQUIRE(script.places.take_checks().size() == 1);
    script.places.checked(us, refused(known), script.now);
    CHECK(script.places.inside(room));
  }
  script.advance(15min);
  REQUIRE(script.places.take_checks().size() == 1);
  script.places.checked(us, mynah::failure(mynah::errc::timed_out, "no answer"), script.now);
  CHECK(script.places.inside(room));
  script.advance(15min);
  REQUIRE(script.places.take_checks().size() == 1);
  CHECK(script.sent().empty());
  SECTION("and does not know us") {
    script.places.checked(us, refused("not-acceptable"), script.now);
  }
  SECTION("and is another one") {
    script.places.checked(us, refused("item-not-found"), script.now);
  }
  CHECK_FALSE(script.places.inside(room));
  CHECK(holds(script.sent(), "<presence to='ops@rooms.test/mynah'>"));
}

TEST_CASE("rooms are not asked where that is switched off", "[xmpp][rooms]") {
  room_options options = one_room();
  options.silence = 0s;
  room_script script(options);
  script.presence("ops@rooms.test/mynah", "", own);
  script.advance(24h);
  CHECK(script.places.take_checks().empty());
}

TEST_CASE("not more bookmarks are followed than is good", "[xmpp][rooms]") {
  room_script script(one_room());
  for (std::size_t i = 0; i <= rooms::most_bookmarked; ++i) {
    script.places.bookmarked(*jid::parse("r" + std::to_string(i) + "@rooms.test"), "", script.now);
  }
  const jid last = *jid::parse("r" + std::to_string(rooms::most_bookmarked) + "@rooms.test");
  CHECK(script.places.knows(*jid::parse("r0@rooms.test")));
  CHECK_FALSE(script.places.knows(last));
  // One that is not wanted any more makes room.
  script.places.not_bookmarked(*jid::parse("r0@rooms.test"));
  script.places.bookmarked(last, "", script.now);
  CHECK(script.places.knows(last));
  script.places.no_bookmarks();
  CHECK_FALSE(script.places.knows(last));
  CHECK(script.places.knows(room));
}
