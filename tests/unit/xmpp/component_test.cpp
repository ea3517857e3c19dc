// SPDX-License-Identifier: Apache-2.0
// A bot that owns a domain (XEP-0114): what it says, and from which of its addresses.
#include "component_addresses.hpp"

#include "archive.hpp"
#include "catch.hpp"
#include "session_script.hpp"

using mynah::address;
using mynah::event_origin;
using mynah::outgoing;
using namespace mynah::xmpp;
using mynah_test::session_script;
using mynah_test::value_in;
using namespace std::chrono_literals;

namespace {

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

session_options as_component() {
  session_options options;
  options.component = true;
  options.rooms.entries.emplace_back(*jid::parse("ops@rooms.test"));
  return options;
}

const address ada("xmpp", "ada@home.test", "ada@home.test", "", true);

/// One command with a form, which everybody may run.
class one_command final : public command_directory {
 public:
  [[nodiscard]] std::vector<const mynah::command_spec*> list(
      const mynah::principal& /*who*/) const override {
    return {&spec_};
  }
  [[nodiscard]] const mynah::command_spec* find(std::string_view name) const override {
    return name == spec_.name ? &spec_ : nullptr;
  }
  [[nodiscard]] bool may_run(const mynah::principal& /*who*/,
                             std::string_view /*name*/) const override {
    return true;
  }
  [[nodiscard]] bool admit(const mynah::event& /*asked*/) override { return true; }
  [[nodiscard]] std::vector<mynah::job_info> jobs() const override { return {}; }
  void cancel(std::uint64_t /*job*/, const mynah::principal& /*by*/) override {}

 private:
  mynah::command_spec spec_ = mynah::command_spec("deploy", "Deploys a service")
                                  .parameter(mynah::parameter::string("service"));
};

session_options with_menu() {
  session_options options = as_component();
  options.commands = std::make_shared<one_command>();
  options.token = [] { return "token"; };
  return options;
}

/// An iq about the command, from an address of somebody's to one of ours.
std::string about_deploy(const std::string& from, const std::string& to,
                         const std::string& attributes, const std::string& inside = {}) {
  return "<iq type='set' id='q' from='" + from + "' to='" + to +
         "'><command xmlns='http://jabber.org/protocol/commands' node='deploy' " + attributes +
         ">" + inside + "</command></iq>";
}

const char* const filled_in =
    "<x xmlns='jabber:x:data' type='submit'><field var='service'><value>web</value></field></x>";

/// Our presence comes back.
std::string presence_error(const std::string& from, const std::string& to,
                           const std::string& condition) {
  return "<presence type='error' from='" + from + "' to='" + to + "'><error type='cancel'><" +
         condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></presence>";
}

/// An occupant's presence, with the real address that the room shows.
std::string occupant_in_ops(const std::string& nick, const std::string& real) {
  return "<presence from='ops@rooms.test/" + nick +
         "' to='bots.test'><x xmlns='http://jabber.org/protocol/muc#user'><item "
         "affiliation='owner' role='moderator' jid='" +
         real + "'/></x></presence>";
}

/// The component `bots.test`.
class talk : public session_script {
 public:
  explicit talk(session_options options = as_component(), mynah::logger log = mynah::logger())
      : session_script(std::move(options), std::move(log)) {
    log_in(false);
    (void)sent();
  }

  /// Somebody says something to one of our addresses; gives the id of the event.
  std::string written(const std::string& from, const std::string& to,
                      const std::string& more = " id='1'") {
    server("<message from='" + from + "' to='" + to + "' type='chat'" + more +
           "><body>!x</body></message>");
    const auto heard = events();
    if (heard.size() != 1) return "nothing";
    last_to = heard.front().to;
    return heard.front().id;
  }
  /// From where the answer to that comes.
  std::string sender(const std::string& answers, const address& to = ada) {
    (void)sent();
    outgoing message(to, "done");
    message.answers = answers;
    if (talking.say(message, false, now).has_error()) return "nowhere";
    return value_in(sent(), "message", "from");
  }

  std::string last_to;
};

}  // namespace

TEST_CASE("a component answers from the address that was written to", "[xmpp][component]") {
  talk script;
  const std::string build = script.written("ada@home.test/desk", "Build@bots.test");
  CHECK(script.last_to == "build");
  const std::string domain = script.written("ada@home.test/desk", "bots.test");
  CHECK(script.last_to.empty());
  const std::string test = script.written("ada@home.test/phone", "test@bots.test/now");
  CHECK(script.sender(build) == "build@bots.test");
  CHECK(script.sender(domain) == "bots.test");
  CHECK(script.sender(test) == "test@bots.test/now");
  SECTION("else from the one that was written to last") {
    CHECK(script.sender("") == "test@bots.test/now");
    CHECK(script.sender("elsewhere.test/1/2") == "test@bots.test/now");
    (void)script.written("ada@home.test/phone", "deploy@bots.test", "");
    CHECK(script.sender("") == "deploy@bots.test");
  }
  SECTION("and from itself to who has not written") {
    CHECK(script.sender("", address("xmpp", "bob@home.test", "", "", true)) == "bots.test");
  }
  SECTION("and so after a restart") {
    talk next;
    CHECK(next.sender(build) == "build@bots.test");
    CHECK(next.sender(domain) == "bots.test");
  }
}

TEST_CASE("in rooms a component is who has gone in", "[xmpp][component]") {
  talk script;
  script.enter("ops@rooms.test");
  script.server(
      "<message from='ops@rooms.test/ann' to='bots.test' type='groupchat' id='1'>"
      "<body>!x</body></message>");
  CHECK(script.sender(script.events().at(0).id, address("xmpp", "ops@rooms.test", "ann")) ==
        "bots.test");
  const std::string whispered = script.written("ops@rooms.test/ann", "bots.test");
  CHECK(script.sender(whispered, address("xmpp", "ops@rooms.test/ann", "ann", "", true)) ==
        "bots.test");
}

TEST_CASE("no stamp of an archive counts for a component", "[xmpp][component]") {
  talk script;
  script.server(
      "<message from='ada@home.test/desk' to='build@bots.test' type='chat' id='1'>"
      "<body>!x</body><stanza-id xmlns='urn:xmpp:sid:0' by='bots.test' id='forged'/></message>");
  CHECK(script.sender(script.events().at(0).id) == "build@bots.test");
}

TEST_CASE("a component shows typing from the address that was written to", "[xmpp][component]") {
  talk script;
  const std::string id = script.written("ada@home.test/desk", "build@bots.test");
  script.server(
      "<message from='ada@home.test/desk' to='build@bots.test' type='chat'>"
      "<active xmlns='http://jabber.org/protocol/chatstates'/></message>");
  script.talking.working(ada, true, id, script.now);
  script.advance(1s);
  const std::string shown = script.sent();
  CHECK(holds(shown, "<composing"));
  CHECK(value_in(shown, "message", "from") == "build@bots.test");
  CHECK(value_in(shown, "message", "to") == "ada@home.test/desk");
}

TEST_CASE("a component acknowledges from the address that was written to", "[xmpp][component]") {
  session_options options = as_component();
  options.accept_subscriptions = GENERATE(true, false);
  talk script(options);
  script.server(
      "<message from='ada@home.test/desk' to='build@bots.test' type='chat' id='r1'>"
      "<body>!x</body><request xmlns='urn:xmpp:receipts'/></message>");
  script.talking.acknowledge(script.events().at(0).delivery);
  const std::string told = script.sent();
  CHECK(holds(told, "<received xmlns='urn:xmpp:receipts' id='r1'/>") ==
        options.accept_subscriptions);
  if (options.accept_subscriptions) {
    CHECK(value_in(told, "message", "from") == "build@bots.test");
  }
}

TEST_CASE("a component answers questions from the address that was asked", "[xmpp][component]") {
  talk script;
  const auto ask = [&script](const std::string& payload) {
    script.server("<iq type='get' id='i' from='ada@home.test/desk' to='build@bots.test'>" +
                  payload + "</iq>");
    return script.sent();
  };
  for (const std::string payload :
       {"<query xmlns='jabber:iq:version'/>", "<ping xmlns='urn:xmpp:ping'/>",
        "<query xmlns='http://jabber.org/protocol/disco#info'/>", "<none xmlns='none:such'/>"}) {
    CAPTURE(payload);
    CHECK(value_in(ask(payload), "iq", "from") == "build@bots.test");
  }
}

TEST_CASE("who may see a component asks, and is told when it comes and goes", "[xmpp][component]") {
  talk script;
  const std::string available =
      "<presence from='build@bots.test' to='ada@home.test'><c "
      "xmlns='http://jabber.org/protocol/caps'";
  script.server("<presence from='ada@home.test' to='Build@bots.test' type='subscribe'/>");
  std::string told = script.sent();
  const std::string accepted =
      "<presence from='build@bots.test' to='ada@home.test' type='subscribed'/>";
  CHECK(told.starts_with(accepted));
  CHECK(holds(told, available));

  script.server("<presence from='bob@home.test/there' to='test@bots.test' type='probe'/>");
  told = script.sent();
  CHECK(holds(told, "<presence from='test@bots.test' to='bob@home.test/there'><c "));
  CHECK_FALSE(holds(told, "subscribed"));
  SECTION("when it goes") {
    script.talking.leave();
    told = script.sent();
    CHECK(holds(told, "<presence from='build@bots.test' to='ada@home.test' type='unavailable'/>"));
    CHECK(holds(told, "<presence from='test@bots.test' to='bob@home.test' type='unavailable'/>"));
  }
  SECTION("when it is back after a cut") {
    script.talking.disconnected(false);
    script.log_in(false);
    told = script.sent();
    CHECK(holds(told, available));
    CHECK(holds(told, "<presence from='test@bots.test' to='bob@home.test'><c "));
  }
  SECTION("unless they do not want to see it any more") {
    script.server("<presence from='ada@home.test' to='build@bots.test' type='unsubscribe'/>");
    CHECK(script.sent() ==
          "<presence from='build@bots.test' to='ada@home.test' type='unavailable'/>");
    SECTION("or are not there any more") {
      const std::string condition = GENERATE("item-not-found", "gone");
      script.server(presence_error("bob@home.test", "test@bots.test", condition));
    }
    SECTION("or say so themselves") {
      script.server("<presence from='bob@home.test' to='test@bots.test' type='unsubscribed'/>");
    }
    CHECK(script.sent().empty());
    script.talking.leave();
    CHECK_FALSE(holds(script.sent(), "home.test"));
  }
  SECTION("also when there was no way to them for a while") {
    const std::string condition =
        GENERATE("remote-server-timeout", "remote-server-not-found", "service-unavailable");
    script.server(presence_error("bob@home.test", "test@bots.test", condition));
    script.talking.leave();
    CHECK(holds(script.sent(), "to='bob@home.test' type='unavailable'"));
  }
}

TEST_CASE("a component that nobody may see tells so", "[xmpp][component]") {
  session_options options = as_component();
  options.accept_subscriptions = false;
  talk script(options);
  const std::string refused =
      "<presence from='build@bots.test' to='ada@home.test' type='unsubscribed'/>";
  script.server("<presence from='ada@home.test' to='build@bots.test' type='subscribe'/>");
  CHECK(script.sent() == refused);
  script.server("<presence from='ada@home.test' to='build@bots.test' type='probe'/>");
  CHECK(script.sent() == refused);
  script.talking.leave();
  CHECK_FALSE(holds(script.sent(), "home.test"));
}

TEST_CASE("who was told yes before sees a component that tells nobody else", "[xmpp][component]") {
  session_options options = as_component();
  options.accept_subscriptions = false;
  talk script(options);
  script.talking.remember_watchers({{"ada@home.test", "build@bots.test", script.wall}});
  script.talking.disconnected(false);
  script.log_in(false);
  CHECK(holds(script.sent(), "<presence from='build@bots.test' to='ada@home.test'><c "));
  script.server("<presence from='ada@home.test/desk' to='build@bots.test' type='probe'/>");
  CHECK(holds(script.sent(), "<presence from='build@bots.test' to='ada@home.test/desk'><c "));
  // Of another address they know nothing.
  script.server("<presence from='ada@home.test/desk' to='test@bots.test' type='probe'/>");
  CHECK(script.sent() ==
        "<presence from='test@bots.test' to='ada@home.test' type='unsubscribed'/>");
  const auto receipt_from = [&script](const std::string& own, const std::string& who) {
    script.server("<message from='" + who + "' to='" + own +
                  "' type='chat' id='r1'><body>!x</body><request xmlns='urn:xmpp:receipts'/>"
                  "</message>");
    script.talking.acknowledge(script.events().at(0).delivery);
    return holds(script.sent(), "<received xmlns='urn:xmpp:receipts' id='r1'/>");
  };
  CHECK(receipt_from("build@bots.test", "ada@home.test/desk"));
  CHECK_FALSE(receipt_from("test@bots.test", "ada@home.test/desk"));
  CHECK_FALSE(receipt_from("build@bots.test", "bob@home.test/desk"));
  const auto last_activity_of = [&script](const std::string& own) {
    script.server("<iq type='get' id='l' from='ada@home.test/desk' to='" + own +
                  "'><query xmlns='jabber:iq:last'/></iq>");
    return script.sent();
  };
  CHECK(holds(last_activity_of("build@bots.test"), "seconds='"));
  CHECK(holds(last_activity_of("test@bots.test"), "<forbidden "));
}

TEST_CASE("who sees a component is kept for the next start", "[xmpp][component]") {
  session_options options = as_component();
  std::vector<std::vector<watcher>> kept;
  options.keep_watchers = [&kept](const std::vector<watcher>& changed) { kept.push_back(changed); };
  talk script(options);
  const auto now = script.wall;
  for (int i = 0; i < 3; ++i) {
    script.server("<presence from='p" + std::to_string(i) +
                  "@home.test' to='build@bots.test' type='subscribe'/>");
  }
  script.server("<presence from='p1@home.test' to='build@bots.test' type='unsubscribe'/>");
  // Not one by one.
  CHECK(kept.empty());
  script.advance(5s);
  REQUIRE(kept.size() == 1);
  CHECK(kept[0] == std::vector<watcher>{{"p0@home.test", "build@bots.test", now},
                                        {"p1@home.test", "build@bots.test", std::nullopt},
                                        {"p2@home.test", "build@bots.test", now}});
  script.advance(1min);
  CHECK(kept.size() == 1);
  // Their server asks each time when they come.
  script.server("<presence from='p0@home.test' to='build@bots.test' type='probe'/>");
  script.talking.keep_now();
  CHECK(kept.size() == 1);
  script.server("<presence from='p0@home.test' to='test@bots.test' type='probe'/>");
  script.talking.keep_now();
  CHECK(kept.size() == 2);

  talk next(options);
  next.talking.remember_watchers(kept[0]);
  next.talking.disconnected(false);
  next.log_in(false);
  const std::string told = next.sent();
  CHECK(holds(told, "<presence from='build@bots.test' to='p0@home.test'><c "));
  CHECK(holds(told, "<presence from='build@bots.test' to='p2@home.test'><c "));
  CHECK_FALSE(holds(told, "p1@home.test"));
  next.talking.leave();
  CHECK(holds(next.sent(),
              "<presence from='build@bots.test' to='p2@home.test' "
              "type='unavailable'/>"));
}

TEST_CASE("what a component hears from its own domain is its own", "[xmpp][component]") {
  talk script;
  script.server(
      "<message from='build@bots.test' to='test@bots.test' type='chat' id='1'>"
      "<body>!x</body></message>");
  const auto heard = script.events();
  REQUIRE(heard.size() == 1);
  CHECK(heard[0].origin == event_origin::self);
  script.server("<presence from='build@bots.test' to='test@bots.test' type='subscribe'/>");
  CHECK(script.sent().empty());
}

TEST_CASE("what is sent to another domain is none of the component's", "[xmpp][component]") {
  std::string log;
  talk script(as_component(), mynah::logger(
                                  [&log](const mynah::log_record& line) {
                                    log += std::string(line.message);
                                    for (const auto& [key, value] : line.fields) {
                                      log += " " + std::string(key) + "=" + std::string(value);
                                    }
                                    log += "\n";
                                  },
                                  mynah::log_level::warning, "xmpp"));
  const std::string to = GENERATE("build@other.test", "other.test", "x.bots.test/a", "@bots.test");
  CAPTURE(to);
  script.enter("ops@rooms.test");
  const std::string from_ada = " from='ada@home.test/desk' to='" + to + "'";
  script.server("<message type='chat' id='1'" + from_ada + "><body>!x</body></message>");
  CHECK(script.events().empty());
  script.server("<iq type='get' id='2'" + from_ada + "><ping xmlns='urn:xmpp:ping'/></iq>");
  script.server("<iq type='set' id='3'" + from_ada +
                "><command xmlns='http://jabber.org/protocol/commands' node='x'/></iq>");
  script.server("<presence type='subscribe'" + from_ada + "/>");
  script.server("<presence type='probe'" + from_ada + "/>");
  script.server("<message" + from_ada +
                "><x xmlns='jabber:x:conference' jid='new@rooms.test'/></message>");
  CHECK(script.sent().empty());
  CHECK(script.talking.resumable() == std::nullopt);
  CHECK(log == "dropped what is not for this component to=" + to + " count=1\n");
  log.clear();
  script.advance(1min);
  (void)script.sent();
  script.server("<presence type='probe'" + from_ada + "/>");
  CHECK(log == "dropped what is not for this component to=" + to + " count=6\n");
  // What is for its own goes on.
  CHECK(script.written("ada@home.test/desk", "Build@Bots.test") != "nothing");
}

TEST_CASE("a menu is gone through at one address of a component", "[xmpp][component]") {
  talk script(with_menu());
  const std::string ada_desk = "ada@home.test/desk";
  script.server(about_deploy(ada_desk, "build@bots.test", "action='execute'"));
  CHECK(holds(script.sent(), "sessionid='token'"));
  for (const char* const other : {"test@bots.test", "bots.test", "build@bots.test/x"}) {
    CAPTURE(other);
    script.server(about_deploy(ada_desk, other, "sessionid='token'", filled_in));
    const std::string refused = script.sent();
    CHECK(holds(refused, "<bad-sessionid xmlns='http://jabber.org/protocol/commands'/>"));
    CHECK(value_in(refused, "iq", "from") == other);
    CHECK(script.events().empty());
    script.server(about_deploy(ada_desk, other, "sessionid='token' action='cancel'"));
    CHECK(holds(script.sent(), "bad-sessionid"));
  }
  script.server(about_deploy(ada_desk, "Build@bots.test", "sessionid='token'", filled_in));
  CHECK(script.events().size() == 1);
}

TEST_CASE("in rooms, too, addresses of a component's domain are the bot", "[xmpp][component]") {
  talk script(with_menu());
  script.enter("ops@rooms.test");
  script.server(occupant_in_ops("boss", "admin@bots.test/x"));
  script.server(occupant_in_ops("ann", "ann@home.test/x"));
  auto joins = script.events();
  REQUIRE(joins.size() == 2);
  CHECK(joins[0].origin == event_origin::self);
  CHECK(joins[1].origin == event_origin::person);
  const auto said_by = [&script](const std::string& nick, const std::string& type) {
    script.server("<message from='ops@rooms.test/" + nick + "' to='bots.test' type='" + type +
                  "' id='1'><body>!x</body></message>");
    const auto heard = script.events();
    REQUIRE(heard.size() == 1);
    return heard[0].origin;
  };
  for (const std::string type : {"groupchat", "chat"}) {
    CHECK(said_by("boss", type) == event_origin::self);
    CHECK(said_by("ann", type) == event_origin::person);
  }
  (void)script.sent();
  script.server(about_deploy("ops@rooms.test/boss", "bots.test", "action='execute'"));
  CHECK(holds(script.sent(), "service-unavailable"));
  script.server(about_deploy("ops@rooms.test/ann", "bots.test", "action='execute'"));
  CHECK(holds(script.sent(), "sessionid="));
}

TEST_CASE("not more is remembered of a component's visitors than is good", "[xmpp][component]") {
  component_addresses known;
  const jid own = *jid::parse("bots.test");
  const auto person = [](std::size_t number) {
    return *jid::parse("p" + std::to_string(number) + "@home.test");
  };
  for (std::size_t i = 0; i < component_addresses::most + 10; ++i) {
    known.written(person(i), *jid::parse("a@bots.test"));
  }
  CHECK(known.sender(person(component_addresses::most + 9), {}, own) == "a@bots.test");
}
