// SPDX-License-Identifier: Apache-2.0
// Messages whose text is there for clients that do not know what they are.
#include "archive.hpp"
#include "catch.hpp"
#include "encryption.hpp"
#include "session_script.hpp"

using mynah::event_origin;
using mynah::event_type;
using namespace mynah::xmpp;
using namespace mynah_test;
using namespace std::chrono_literals;

namespace {

const std::string ops = "ops@rooms.test";
const std::string body = "<body>!deploy</body>";
const std::string omemo =
    "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/>"
    "<payload>AAAA</payload></encrypted>";
const std::string answer = "I cannot read encrypted messages";

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

session_options with_room() {
  session_options options;
  options.rooms.entries.emplace_back(*jid::parse(ops));
  return options;
}

std::string from(const std::string& who, const std::string& inside,
                 const std::string& more = " type='chat'") {
  return "<message from='" + who + "' id='i1'" + more + ">" + inside + "</message>";
}

class talk : public session_script {
 public:
  explicit talk(session_options options = with_room()) : session_script(std::move(options)) {
    log_in();
    enter(ops);
  }

  /// Somebody sends this; gives what the session says to it.
  std::string hear(const std::string& message) {
    server(message);
    heard = events();
    return sent();
  }

  std::vector<mynah::event> heard;
};

}  // namespace

TEST_CASE("a message that is taken back is no talk, however that is said", "[xmpp][fallback]") {
  const std::string fallback = "<fallback xmlns='urn:xmpp:fallback:0'/>" + body;
  const auto apply = [](const std::string& inside) {
    return "<apply-to xmlns='urn:xmpp:fasten:0' id='m1'>" + inside + "</apply-to>";
  };
  const std::string old = "<retract xmlns='urn:xmpp:message-retract:0'/>";
  const std::string said = GENERATE_COPY(
      as<std::string>{}, "<retract xmlns='urn:xmpp:message-retract:1' id='m1'/>",
      "<retract xmlns='urn:xmpp:message-retract:0' id='m1'/>", apply(old),
      apply("<retract xmlns='urn:xmpp:message-retract:1'/>"),
      apply("<moderated xmlns='urn:xmpp:message-moderate:0' by='ops@rooms.test/ann'>" + old +
            "<reason>spam</reason></moderated>"),
      std::string("<retract xmlns='urn:xmpp:message-retract:1' id='m1'><moderated "
                  "xmlns='urn:xmpp:message-moderate:1' by='ops@rooms.test/ann'/></retract>"));
  INFO(said);
  talk script;
  SECTION("between two") {
    (void)script.hear(from("ada@bots.test/desk", said + fallback));
    REQUIRE(script.heard.size() == 1);
    CHECK(script.heard[0].type == event_type::retraction);
    CHECK(script.heard[0].text == "m1");
    CHECK(script.heard[0].principal.key() == "xmpp/ada@bots.test");
  }
  SECTION("in a room") {
    (void)script.hear(from(ops + "/ann", fallback + said, " type='groupchat'"));
    REQUIRE(script.heard.size() == 1);
    CHECK(script.heard[0].type == event_type::retraction);
    CHECK(script.heard[0].text == "m1");
  }
  SECTION("by the room itself") {
    (void)script.hear(from(ops, fallback + said, " type='groupchat'"));
    REQUIRE(script.heard.size() == 1);
    CHECK(script.heard[0].type == event_type::retraction);
    CHECK(script.heard[0].origin == event_origin::bot);
  }
}

TEST_CASE("what is left of a message that was taken back is no talk", "[xmpp][fallback]") {
  const std::string left = GENERATE(
      as<std::string>{},
      "<retracted xmlns='urn:xmpp:message-retract:1' id='m1' stamp='2026-01-31T12:00:00Z'/>",
      "<retracted xmlns='urn:xmpp:message-retract:0' stamp='2026-01-31T12:00:00Z'/>",
      "<moderated xmlns='urn:xmpp:message-moderate:0' by='x@y/z'><retracted "
      "xmlns='urn:xmpp:message-retract:0'/></moderated>");
  INFO(left);
  talk script;
  (void)script.hear(from(ops + "/ann", body + left, " type='groupchat'"));
  CHECK(script.heard.empty());
}

TEST_CASE("something else that is applied to a message is what it says", "[xmpp][fallback]") {
  talk script;
  (void)script.hear(
      from("ada@bots.test/desk",
           body + "<apply-to xmlns='urn:xmpp:fasten:0' id='m1'><seen xmlns='urn:x'/></apply-to>"));
  REQUIRE(script.heard.size() == 1);
  CHECK(script.heard[0].type == event_type::message);
}

TEST_CASE("what nobody here can read is no talk", "[xmpp][fallback]") {
  const std::string hint = GENERATE_COPY(
      as<std::string>{}, omemo, "<encrypted xmlns='urn:xmpp:omemo:2'><header sid='1'/></encrypted>",
      "<encrypted xmlns='urn:xmpp:omemo:1'/>", "<openpgp xmlns='urn:xmpp:openpgp:0'>AAAA</openpgp>",
      "<x xmlns='jabber:x:encrypted'>AAAA</x>",
      "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:xmpp:otr:0'/>",
      "<encryption xmlns='urn:xmpp:eme:0' namespace='urn:example:new' name='New'/>");
  INFO(hint);
  talk script;
  SECTION("between two, and who wrote it is told so") {
    const std::string said =
        script.hear(from("ada@bots.test/desk",
                         body + "<thread>t1</thread><request xmlns='urn:xmpp:receipts'/>" + hint));
    CHECK(script.heard.empty());
    CHECK(value_in(said, "message", "to") == "ada@bots.test/desk");
    CHECK(value_in(said, "message", "type") == "chat");
    CHECK(holds(said, "<body>" + answer));
    CHECK(holds(said, "<thread>t1</thread>"));
    // What was not read was not received.
    CHECK_FALSE(holds(said, "urn:xmpp:receipts"));
    // It is done with, for the server.
    CHECK(holds(script.hear("<r xmlns='urn:xmpp:sm:3'/>"), "<a xmlns='urn:xmpp:sm:3' h='3'/>"));
  }
  SECTION("in a room, where nobody is told anything") {
    CHECK_FALSE(holds(script.hear(from(ops + "/ann", body + hint, " type='groupchat'")), answer));
    CHECK(script.heard.empty());
    CHECK_FALSE(holds(script.hear(from(ops + "/ann", body + hint)), answer));
    CHECK(script.heard.empty());
  }
}

TEST_CASE("who writes what nobody can read is told once in a talk", "[xmpp][fallback]") {
  talk script;
  const std::string message = from("ada@bots.test/desk", body + omemo);
  CHECK(holds(script.hear(message), answer));
  CHECK_FALSE(holds(script.hear(message), answer));
  CHECK_FALSE(holds(script.hear(from("ada@bots.test/phone", body + omemo)), answer));
  CHECK(holds(script.hear(from("bob@bots.test/desk", body + omemo)), answer));
  // However long it lasts.
  for (int i = 0; i < 5; ++i) {
    script.advance(50min);
    CHECK_FALSE(holds(script.hear(message), answer));
  }
  script.advance(60min);
  CHECK(holds(script.hear(message), answer));
}

TEST_CASE("whom the bot has told that it cannot read is not remembered without end",
          "[xmpp][fallback]") {
  encryption_talks talks;
  const mynah::clock::time_point now{1h};
  const auto who = [](std::size_t i) { return "p" + std::to_string(i) + "@x.test"; };
  for (std::size_t i = 0; i < encryption_talks::most; ++i) CHECK(talks.heard(who(i), now));
  for (std::size_t i = 0; i < encryption_talks::most; ++i) CHECK_FALSE(talks.heard(who(i), now));
  // One of them makes room for one more.
  CHECK(talks.heard("ada@bots.test", now));
  CHECK_FALSE(talks.heard("ada@bots.test", now));
  std::size_t told = 0;
  for (std::size_t i = 0; i < encryption_talks::most; ++i) told += talks.heard(who(i), now) ? 1 : 0;
  CHECK(told > 0);
}

TEST_CASE("only people who write to the bot are told that it cannot read", "[xmpp][fallback]") {
  talk script;
  for (const std::string& message :
       {from("ada@bots.test/desk", body + omemo, " type='headline'"),
        from("ada@bots.test/desk", body + omemo, " type='error'"),
        from("bot@bots.test/other", body + omemo),
        from("ada@bots.test/desk",
             body + omemo + "<delay xmlns='urn:xmpp:delay' stamp='2001-01-01T00:00:00Z'/>"),
        // Keys, and no message.
        from("ada@bots.test/desk",
             "<encrypted xmlns='eu.siacs.conversations.axolotl'><header sid='1'/></encrypted>")}) {
    INFO(message);
    CHECK_FALSE(holds(script.hear(message), answer));
    CHECK(script.heard.empty());
  }
  // So the first that is for the bot is answered.
  CHECK(holds(script.hear(from("ada@bots.test/desk", omemo)), answer));
}

TEST_CASE("what stands beside something encrypted in clear is read", "[xmpp][fallback]") {
  talk script;
  (void)script.hear(from("ada@bots.test/desk",
                         body + omemo + "<retract xmlns='urn:xmpp:message-retract:1' id='m1'/>"));
  REQUIRE(script.heard.size() == 1);
  CHECK(script.heard[0].type == event_type::retraction);
}

TEST_CASE("a component says from where it was written to that it cannot read", "[xmpp][fallback]") {
  session_options options;
  options.component = true;
  session_script script(options);
  script.log_in(false);
  (void)script.sent();
  script.server("<message from='ada@home.test/desk' to='build@bots.test' type='chat'>" + body +
                omemo + "</message>");
  const std::string said = script.sent();
  CHECK(script.events().empty());
  CHECK(holds(said, answer));
  CHECK(value_in(said, "message", "from") == "build@bots.test");
}

TEST_CASE("what was said encrypted while the bot was away is no news", "[xmpp][fallback]") {
  session_script script;
  script.log_in();
  script.server(live("ada@bots.test/desk", "hello", "a1", "bot@bots.test", "chat"));
  REQUIRE(script.events().size() == 1);
  script.talking.disconnected(false);
  script.resume_in_vain();
  const question asked(script.sent());
  REQUIRE(asked.asked);
  script.server(archived(asked, "bot@bots.test", "a2",
                         said_by("ada@bots.test/desk", "!deploy", "chat", omemo)));
  CHECK(script.events().empty());
  CHECK_FALSE(holds(script.sent(), answer));
  // It is behind us all the same.
  script.server(
      archived(asked, "bot@bots.test", "a3", said_by("ada@bots.test/desk", "!ping", "chat")));
  CHECK(script.events().size() == 1);
}
