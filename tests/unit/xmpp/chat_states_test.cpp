// SPDX-License-Identifier: Apache-2.0
#include "chat_states.hpp"

#include "catch.hpp"
#include "session_script.hpp"

using mynah::address;
using mynah::outgoing;
using namespace mynah::xmpp;
using mynah_test::session_script;
using namespace std::chrono_literals;

namespace {

const std::string composing =
    "<composing xmlns='http://jabber.org/protocol/chatstates'/><no-store xmlns='urn:xmpp:hints'/>";
const std::string active = "<active xmlns='http://jabber.org/protocol/chatstates'/>";

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

const address ada("xmpp", "ada@bots.test", "ada@bots.test", "", true);
const address ops("xmpp", "ops@rooms.test", "ann");

session_options with_room() {
  session_options options;
  options.rooms.entries.emplace_back(*jid::parse("ops@rooms.test"));
  return options;
}

/// A session to which Ada, whose client shows its states, and Ann in a room have talked.
class talk : public session_script {
 public:
  explicit talk(session_options options = with_room(), bool shows = true)
      : session_script(std::move(options)) {
    log_in();
    enter("ops@rooms.test");
    const std::string state = shows ? active : "";
    server("<message from='ada@bots.test/there' type='chat'><body>!x</body>" + state +
           "</message>");
    server("<message from='ops@rooms.test/ann' type='groupchat'><body>!x</body>" + state +
           "</message>");
    for (const auto& each : events()) talking.acknowledge(each.delivery);
    (void)sent();
  }

  void working(const address& where, bool is, std::string_view answers = {}) {
    talking.working(where, is, answers, now);
  }
  // Without what asks for acknowledgements.
  std::string shown() {
    std::string text = sent();
    const std::size_t at = text.find("<r xmlns");
    return at == std::string::npos ? text : text.erase(at);
  }
};

}  // namespace

TEST_CASE("a command that works for more than a moment is shown", "[xmpp][states]") {
  talk script;
  script.working(ada, true);
  CHECK(script.shown().empty());
  script.advance(499ms);
  CHECK(script.shown().empty());
  script.advance(1ms);
  CHECK(script.shown() ==
        "<message to='ada@bots.test/there' type='chat'>" + composing + "</message>");
  script.advance(10s);
  CHECK(script.shown().empty());
  SECTION("until it ends without a word") {
    script.working(ada, false);
    CHECK(holds(script.shown(), active));
  }
  SECTION("until it has answered") {
    REQUIRE(script.talking.say(outgoing(ada, "done"), false, script.now).has_value());
    CHECK(holds(script.shown(), "<body>done</body>" + active));
    script.working(ada, false);
    script.advance(10s);
    CHECK(script.shown().empty());
  }
  SECTION("and again after an answer of another") {
    const address thread("xmpp", "ada@bots.test", "ada@bots.test", "t1", true);
    script.working(thread, true);
    REQUIRE(script.talking.say(outgoing(ada, "done"), false, script.now).has_value());
    script.working(ada, false);
    (void)script.sent();
    script.advance(500ms);
    CHECK(holds(script.shown(), composing));
  }
}

TEST_CASE("typing is shown to the device that asked", "[xmpp][states]") {
  talk script;
  const auto say = [&script](const std::string& device, const std::string& id,
                             const std::string& state) {
    script.server("<message from='ada@bots.test/" + device + "' type='chat' id='" + id +
                  "'><body>!x</body>" + state + "</message>");
    const auto heard = script.events();
    REQUIRE(heard.size() == 1);
    (void)script.sent();
    return heard.front().id;
  };
  const std::string first = say("there", "1", active);
  const std::string second = say("phone", "2", active);
  const address thread("xmpp", "ada@bots.test", "ada@bots.test", "t1", true);
  script.working(ada, true, first);
  script.advance(500ms);
  CHECK(script.shown() ==
        "<message to='ada@bots.test/there' type='chat'>" + composing + "</message>");
  SECTION("and its end, too, whichever spoke meanwhile") {
    (void)say("phone", "3", active);
    script.working(ada, false, first);
    CHECK(holds(script.shown(), "<message to='ada@bots.test/there' type='chat'>" + active));
  }
  SECTION("and another to the other") {
    script.working(thread, true, second);
    script.advance(500ms);
    CHECK(script.shown() ==
          "<message to='ada@bots.test/phone' type='chat'>" + composing + "</message>");
    outgoing answer(thread, "done");
    answer.answers = second;
    REQUIRE(script.talking.say(answer, false, script.now).has_value());
    const std::string said = script.shown();
    CHECK(holds(said, "to='ada@bots.test/phone'"));
    CHECK(holds(said, "<body>done</body><thread>t1</thread>" + active));
    script.working(thread, false, second);
    CHECK(script.shown().empty());
    script.working(ada, false, first);
    CHECK(holds(script.shown(), "<message to='ada@bots.test/there' type='chat'>" + active));
  }
  SECTION("but not when that has gone") {
    script.server("<presence from='ada@bots.test/there' type='unavailable'/>");
    script.working(ada, false, first);
    CHECK(script.shown().empty());
  }
  SECTION("and not where its client shows no states") {
    const std::string third = say("old", "3", "");
    script.working(thread, true, third);
    script.advance(1s);
    CHECK(script.shown().empty());
  }
}

TEST_CASE("typing is shown to each device that waits in one talk", "[xmpp][states]") {
  talk script;
  const auto ask = [&script](const std::string& device, const std::string& id) {
    script.server("<message from='ada@bots.test/" + device + "' type='chat' id='" + id +
                  "'><body>!x</body>" + active + "</message>");
    const auto heard = script.events();
    REQUIRE(heard.size() == 1);
    (void)script.sent();
    return heard.front().id;
  };
  const auto to = [](const std::string& device, const std::string& state) {
    return "<message to='ada@bots.test/" + device + "' type='chat'>" + state;
  };
  const std::string first = ask("there", "1");
  const std::string second = ask("phone", "2");
  script.working(ada, true, first);
  script.working(ada, true, second);
  script.advance(500ms);
  const std::string begun = script.shown();
  CHECK(holds(begun, to("there", composing)));
  CHECK(holds(begun, to("phone", composing)));
  SECTION("until its own command ends") {
    script.working(ada, false, first);
    const std::string ended = script.shown();
    CHECK(holds(ended, to("there", active)));
    CHECK_FALSE(holds(ended, "phone"));
    script.working(ada, false, second);
    CHECK(holds(script.shown(), to("phone", active)));
  }
  SECTION("until the last of its commands ends") {
    const std::string third = ask("phone", "3");
    script.working(ada, true, third);
    script.working(ada, false, second);
    script.advance(1s);
    CHECK(script.shown().empty());
    script.working(ada, false, third);
    CHECK(holds(script.shown(), to("phone", active)));
  }
  SECTION("and not any longer when it has gone") {
    script.server("<presence from='ada@bots.test/phone' type='unavailable'/>");
    script.working(ada, false, second);
    CHECK(script.shown().empty());
    script.working(ada, false, first);
    CHECK(holds(script.shown(), to("there", active)));
  }
  SECTION("also through another connection") {
    script.talking.disconnected(false);
    script.resume(4);
    (void)script.sent();
    script.working(ada, true, second);
    script.advance(1s);
    const std::string after = script.shown();
    CHECK(holds(after, to("there", active)));
    CHECK_FALSE(holds(after, "phone"));
    script.working(ada, false, second);
    CHECK(holds(script.shown(), to("phone", active)));
  }
}

TEST_CASE("commands whose messages have no id are counted, too", "[xmpp][states]") {
  talk script;
  script.working(ada, true);
  script.working(ada, true);
  script.advance(500ms);
  CHECK(holds(script.shown(), composing));
  script.working(ada, false);
  CHECK(script.shown().empty());
  script.working(ada, false);
  CHECK(holds(script.shown(), active));
}

TEST_CASE("a quick answer has no states", "[xmpp][states]") {
  talk script;
  script.working(ada, true);
  script.advance(100ms);
  REQUIRE(script.talking.say(outgoing(ada, "done"), false, script.now).has_value());
  script.working(ada, false);
  script.advance(10s);
  CHECK_FALSE(holds(script.shown(), "chatstates"));
}

TEST_CASE("in a room it is shown to the room", "[xmpp][states]") {
  talk script;
  script.working(ops, true);
  script.advance(1s);
  CHECK(script.shown() ==
        "<message to='ops@rooms.test' type='groupchat'>" + composing + "</message>");
  // Threads are one place to look at.
  script.working(address("xmpp", "ops@rooms.test", "ann", "t1"), true);
  script.working(ops, false);
  script.advance(1s);
  CHECK(script.shown().empty());
  script.working(address("xmpp", "ops@rooms.test", "ann", "t1"), false);
  CHECK(holds(script.shown(), active));
}

TEST_CASE("who shows no states sees none", "[xmpp][states]") {
  talk script(with_room(), false);
  script.working(ada, true);
  script.working(ops, true);
  script.advance(1s);
  CHECK(script.shown().empty());
  // A state alone is a sign, too.
  script.server("<message from='ada@bots.test/there' type='chat'>" + active + "</message>");
  script.working(ada, true);
  script.working(ada, false);
  script.advance(1s);
  CHECK(script.shown().empty());
  script.working(ada, false);
  script.working(ada, true);
  script.advance(1s);
  CHECK(holds(script.shown(), composing));
}

TEST_CASE("it can be switched off", "[xmpp][states]") {
  session_options options = with_room();
  options.show_typing = false;
  talk script(options);
  script.working(ada, true);
  script.advance(1s);
  CHECK(script.shown().empty());
}

TEST_CASE("a menu shows by itself that something runs", "[xmpp][states]") {
  talk script;
  script.working(address("xmpp", "ada@bots.test", "ada", "ad-hoc:1", true), true);
  script.advance(1s);
  CHECK(script.shown().empty());
}

TEST_CASE("a cut leaves nobody typing for ever", "[xmpp][states]") {
  talk script;
  script.working(ada, true);
  script.advance(1s);
  (void)script.sent();
  script.talking.disconnected(false);
  SECTION("in a session that goes on") {
    // It has ended meanwhile.
    script.resume(4);
    (void)script.sent();
    script.advance(1s);
    CHECK(holds(script.shown(), active));
  }
  SECTION("when it still works") {
    script.resume(4);
    (void)script.sent();
    script.working(ada, true);
    script.advance(1s);
    CHECK(script.shown().empty());
    script.working(ada, false);
    CHECK(holds(script.shown(), active));
  }
  SECTION("in a new session, which has said nothing") {
    script.resume_in_vain();
    (void)script.sent();
    script.advance(1s);
    CHECK_FALSE(holds(script.shown(), active));
  }
}
