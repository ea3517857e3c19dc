// SPDX-License-Identifier: Apache-2.0
#include "negotiation.hpp"

#include "catch.hpp"
#include "sasl/base64.hpp"
#include "sasl/mechanism.hpp"
#include "xml.hpp"

using mynah::errc;
using mynah::sasl::base64_decoded;
using mynah::sasl::base64_encoded;
using namespace mynah::xmpp;
using mynah_test::header;
using mynah_test::xml;

namespace {

using outcome = negotiation::outcome;

negotiation_options options_of(const std::string& address = "bot@bots.test/here") {
  negotiation_options options(*jid::parse(address));
  options.password = "pencil";
  options.mechanisms = {"SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"};
  return options;
}

std::string mechanisms(std::initializer_list<const char*> names, const std::string& more = {}) {
  std::string text = "<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>";
  for (const char* const name : names) text += "<mechanism>" + std::string(name) + "</mechanism>";
  return text + "</mechanisms>" + more + "</stream:features>";
}

const char* const bind_offer =
    "<stream:features><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm xmlns='urn:xmpp:sm:3'/>"
    "</stream:features>";

/// Up to the offer of a resource, within TLS, with PLAIN.
void log_in(negotiation& how) {
  how.start(true);
  how.opened(header());
  how.receive(xml(mechanisms({"PLAIN"})));
  how.receive(xml("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"));
  how.opened(header());
  (void)how.take_output();
}

bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a login begins with TLS and ends with the address the server gives",
          "[xmpp][negotiation]") {
  negotiation how(options_of());
  how.start(false);
  const std::string first = how.take_output();
  CHECK(holds(first, "to='bots.test'"));
  // Who we are is nobody's business yet.
  CHECK_FALSE(holds(first, "bot@"));
  CHECK(how.take_restart());
  how.opened(header());
  how.receive(
      xml("<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
          "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN"
          "</mechanism></mechanisms></stream:features>"));
  CHECK(how.take_output() == "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  CHECK_FALSE(how.wants_tls());
  how.receive(xml("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"));
  CHECK(how.wants_tls());
  how.secured({});
  CHECK(holds(how.take_output(), "from='bot@bots.test'"));
  CHECK(how.take_restart());
  how.opened(header());
  how.receive(xml(mechanisms({"PLAIN", "X-UNKNOWN"})));
  CHECK(how.take_output() == "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>" +
                                 base64_encoded(std::string_view("\0bot\0pencil", 11)) + "</auth>");
  how.receive(xml("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"));
  CHECK(how.take_restart());
  (void)how.take_output();
  how.opened(header());
  how.receive(xml(bind_offer));
  CHECK(holds(how.take_output(), "<resource>here</resource>"));
  CHECK_FALSE(how.done());
  how.receive(
      xml("<iq type='result' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
          "<jid>bot@bots.test/elsewhere</jid></bind></iq>"));
  CHECK(how.done() == outcome::bound);
  CHECK(how.bound().to_string() == "bot@bots.test/elsewhere");
  CHECK(how.can_manage());
}

TEST_CASE("without TLS nothing is said", "[xmpp][negotiation]") {
  negotiation how(options_of());
  how.start(false);
  (void)how.take_output();
  how.opened(header());
  how.receive(xml(mechanisms({"PLAIN", "SCRAM-SHA-1"})));
  REQUIRE(how.failed());
  CHECK(how.failed()->code() == errc::certificate_rejected);
  CHECK(how.take_output().empty());
}

TEST_CASE("plain stays within TLS unless it is allowed without", "[xmpp][negotiation]") {
  negotiation_options options = options_of();
  options.plain_stream = true;
  negotiation how(options);
  how.start(false);
  how.opened(header());
  (void)how.take_output();
  how.receive(xml(mechanisms({"PLAIN"})));
  REQUIRE(how.failed());
  CHECK(how.failed()->code() == errc::authentication_failed);
  CHECK(how.take_output().empty());

  options.plain_without_tls = true;
  negotiation other(options);
  other.start(false);
  other.opened(header());
  (void)other.take_output();
  other.receive(xml(mechanisms({"PLAIN"})));
  CHECK(holds(other.take_output(), "mechanism='PLAIN'"));
}

TEST_CASE("a server that cannot prove that it knows the password is refused",
          "[xmpp][negotiation]") {
  negotiation how(options_of());
  how.start(true);
  how.opened(header());
  (void)how.take_output();
  how.receive(xml(mechanisms({"SCRAM-SHA-1", "SCRAM-SHA-256"})));
  CHECK(holds(how.take_output(), "mechanism='SCRAM-SHA-256'"));
  how.receive(xml("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"));
  REQUIRE(how.failed());
  CHECK(how.failed()->code() == errc::authentication_failed);
}

TEST_CASE("logins are bound to the connection where both can", "[xmpp][negotiation]") {
  const channel_binding_source bindings = [](std::string_view type) -> std::optional<std::string> {
    if (type == "tls-unique") return std::nullopt;
    return "bytes of " + std::string(type);
  };
  const auto first_message = [&](const std::string& features) {
    negotiation how(options_of());
    how.start(true, bindings);
    how.opened(header());
    (void)how.take_output();
    how.receive(xml(features));
    const element sent = xml(how.take_output());
    return std::string(sent.attr("mechanism")) + " " +
           base64_decoded(sent.text).value_or("").substr(0, 19);
  };
  const std::string told =
      "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'><channel-binding type='tls-exporter'/>"
      "</sasl-channel-binding>";
  CHECK(first_message(mechanisms({"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"}, told)) ==
        "SCRAM-SHA-1-PLUS p=tls-exporter,,n=b");
  // It offers some, but says of no type that we have.
  CHECK(first_message(mechanisms({"SCRAM-SHA-1-PLUS", "SCRAM-SHA-256"}))
            .starts_with("SCRAM-SHA-256 n,,"));
  // None are offered: perhaps somebody took them away.
  CHECK(first_message(mechanisms({"SCRAM-SHA-256"})).starts_with("SCRAM-SHA-256 y,,"));
}

TEST_CASE("nobody can make a login weaker by refusing it", "[xmpp][negotiation]") {
  const channel_binding_source bindings = [](std::string_view type) {
    return std::optional<std::string>("bytes of " + std::string(type));
  };
  const auto refused = [](const char* condition) {
    return xml("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><" + std::string(condition) +
               "/></failure>");
  };
  const std::string condition =
      GENERATE("not-authorized", "invalid-mechanism", "mechanism-too-weak", "malformed-request");
  CAPTURE(condition);
  SECTION("to one that is not bound to the connection") {
    negotiation how(options_of());
    how.start(true, bindings);
    how.opened(header());
    (void)how.take_output();
    how.receive(
        xml(mechanisms({"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"})));
    CHECK(holds(how.take_output(), "mechanism='SCRAM-SHA-256-PLUS'"));
    how.receive(refused(condition.c_str()));
    CHECK(holds(how.take_output(), "mechanism='SCRAM-SHA-1-PLUS'"));
    how.receive(refused(condition.c_str()));
    CHECK_FALSE(holds(how.take_output(), "<auth"));
    REQUIRE(how.failed());
    CHECK(mynah::is_permanent(how.failed()->code()));
    CHECK(holds(how.failed()->describe(), "channel-binding"));
  }
  SECTION("to the password in the clear") {
    negotiation how(options_of());
    how.start(true);
    how.opened(header());
    (void)how.take_output();
    how.receive(xml(mechanisms({"PLAIN", "SCRAM-SHA-1"})));
    CHECK(holds(how.take_output(), "mechanism='SCRAM-SHA-1'"));
    how.receive(refused(condition.c_str()));
    // A server may list a mechanism that it has nothing for.
    const bool is_about_us = condition == "not-authorized" || condition == "malformed-request";
    CHECK(holds(how.take_output(), "mechanism='PLAIN'") == !is_about_us);
    CHECK(how.failed().has_value() == is_about_us);
  }
}

TEST_CASE("a login is bound in the older way where the newer cannot", "[xmpp][negotiation]") {
  const auto features = [](const char* newer) {
    return xml(
        "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
        "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
        "<mechanism>SCRAM-SHA-1</mechanism><mechanism>SCRAM-SHA-1-PLUS</mechanism>"
        "</mechanisms><authentication xmlns='urn:xmpp:sasl:2'>"
        "<mechanism>SCRAM-SHA-1</mechanism>" +
        std::string(newer) + "</authentication></stream:features>");
  };
  const auto first = [&](const char* newer, bool has_types) {
    negotiation how(options_of());
    how.start(true, [has_types](std::string_view) {
      return has_types ? std::optional<std::string>("bytes") : std::nullopt;
    });
    how.opened(header());
    (void)how.take_output();
    how.receive(features(newer));
    return how.take_output();
  };
  CHECK(holds(first("", true),
              "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
              "mechanism='SCRAM-SHA-1-PLUS'"));
  CHECK(holds(first("<mechanism>SCRAM-SHA-1-PLUS</mechanism>", true),
              "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='SCRAM-SHA-1-PLUS'"));
  // Whatever the way: the server offers it, and it is us who cannot.
  const element sent = xml(first("", false));
  CHECK(base64_decoded(sent.text).value().starts_with("n,,"));
}

TEST_CASE("logins are not bound where they shall not be", "[xmpp][negotiation]") {
  negotiation_options options = options_of();
  options.channel_binding = false;
  negotiation how(std::move(options));
  how.start(true, [](std::string_view) { return std::optional<std::string>("bytes"); });
  how.opened(header());
  (void)how.take_output();
  how.receive(xml(mechanisms({"SCRAM-SHA-1", "SCRAM-SHA-1-PLUS"})));
  const element sent = xml(how.take_output());
  CHECK(sent.attr("mechanism") == "SCRAM-SHA-1");
  CHECK(base64_decoded(sent.text).value().starts_with("n,,"));
}

TEST_CASE("a refused login is permanent, and says so", "[xmpp][negotiation]") {
  negotiation how(options_of());
  how.start(true);
  how.opened(header());
  how.receive(xml(mechanisms({"PLAIN"})));
  (void)how.take_output();
  how.receive(
      xml("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/>"
          "<text>no such account</text></failure>"));
  REQUIRE(how.failed());
  CHECK(mynah::is_permanent(how.failed()->code()));
  CHECK(how.failed()->remote() == "no such account");
  CHECK_FALSE(holds(how.failed()->describe(), "pencil"));
}

TEST_CASE("a login that fails for a while is not permanent", "[xmpp][negotiation]") {
  negotiation how(options_of());
  how.start(true);
  how.opened(header());
  how.receive(xml(mechanisms({"PLAIN"})));
  how.receive(
      xml("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/>"
          "</failure>"));
  REQUIRE(how.failed());
  CHECK_FALSE(mynah::is_permanent(how.failed()->code()));
}

TEST_CASE("a session is taken up again, or a new one is bound", "[xmpp][negotiation]") {
  const element resume = element("resume", "urn:xmpp:sm:3").set("previd", "x1").set("h", "7");
  SECTION("resumed") {
    negotiation how(options_of(), resume);
    log_in(how);
    how.receive(xml(bind_offer));
    CHECK(how.take_output() == "<resume xmlns='urn:xmpp:sm:3' previd='x1' h='7'/>");
    how.receive(xml("<resumed xmlns='urn:xmpp:sm:3' previd='x1' h='3'/>"));
    CHECK(how.done() == outcome::resumed);
    CHECK(how.handled_before() == 3U);
  }
  SECTION("gone") {
    negotiation how(options_of(), resume);
    log_in(how);
    how.receive(xml(bind_offer));
    (void)how.take_output();
    how.receive(
        xml("<failed xmlns='urn:xmpp:sm:3' h='5'><item-not-found "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>"));
    CHECK(how.handled_before() == 5U);
    CHECK(holds(how.take_output(), "<bind"));
  }
  SECTION("another's") {
    negotiation how(options_of(), resume);
    log_in(how);
    how.receive(xml(bind_offer));
    how.receive(xml("<resumed xmlns='urn:xmpp:sm:3' previd='x2' h='3'/>"));
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::protocol);
  }
}

TEST_CASE("a resource that is taken is left to the server", "[xmpp][negotiation]") {
  negotiation how(options_of());
  log_in(how);
  how.receive(xml(bind_offer));
  (void)how.take_output();
  how.receive(
      xml("<iq type='error' id='bind'><error type='cancel'><conflict "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"));
  CHECK_FALSE(how.failed());
  const std::string again = how.take_output();
  CHECK(holds(again, "<bind"));
  CHECK_FALSE(holds(again, "resource"));
}

TEST_CASE("a component proves its secret", "[xmpp][negotiation]") {
  negotiation_options options = options_of("component.bots.test");
  options.component = true;
  options.plain_stream = true;
  negotiation how(options);
  how.start(false);
  CHECK(holds(how.take_output(), "xmlns='jabber:component:accept'"));
  how.opened(element("stream", "http://etherx.jabber.org/streams").set("id", "3BF96D32"));
  // SHA-1 of "3BF96D32pencil".
  CHECK(how.take_output() ==
        "<handshake>" + std::string("c1de38bb7c8c976c7c797aa823cc87fed81f408b") + "</handshake>");
  how.receive(element("handshake", "jabber:component:accept"));
  CHECK(how.done() == outcome::bound);
  CHECK(how.bound().to_string() == "component.bots.test");
}

namespace {

std::string authentication(std::initializer_list<const char*> names, const std::string& extra) {
  std::string text = "<stream:features><authentication xmlns='urn:xmpp:sasl:2'>";
  for (const char* const name : names) text += "<mechanism>" + std::string(name) + "</mechanism>";
  return text + "<inline>" + extra +
         "</inline></authentication><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>"
         "<mechanism>PLAIN</mechanism></mechanisms></stream:features>";
}

const std::string can_bind =
    "<bind xmlns='urn:xmpp:bind:0'><inline><feature var='urn:xmpp:sm:3'/></inline></bind>";
const std::string can_resume = "<sm xmlns='urn:xmpp:sm:3'/>";
const std::string can_fast =
    "<fast xmlns='urn:xmpp:fast:0'><mechanism>HT-SHA-256-NONE</mechanism>"
    "<mechanism>HT-SHA-256-EXPR</mechanism></fast>";

// Asks for a login in one step, and gives what was sent for it.
std::string begin(negotiation& how, const std::string& extra,
                  std::initializer_list<const char*> names = {"PLAIN"},
                  channel_binding_source bindings = {}) {
  how.start(true, std::move(bindings));
  how.opened(header());
  (void)how.take_output();
  (void)how.take_restart();
  how.receive(xml(authentication(names, extra)));
  return how.take_output();
}

std::string success(const std::string& more, const std::string& who = "bot@bots.test") {
  return "<success xmlns='urn:xmpp:sasl:2'><authorization-identifier>" + who +
         "</authorization-identifier>" + more + "</success>";
}

}  // namespace

TEST_CASE("a login takes one step where the server can", "[xmpp][negotiation][sasl2]") {
  negotiation how(options_of());
  const std::string asked = begin(how, "");
  CHECK(asked == "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'><initial-response>" +
                     base64_encoded(std::string_view("\0bot\0pencil", 11)) +
                     "</initial-response></authenticate>");
  how.receive(xml(success("")));
  CHECK_FALSE(how.failed());
  // The stream goes on.
  CHECK_FALSE(how.take_restart());
  CHECK(how.take_output().empty());
  how.receive(xml(bind_offer));
  CHECK(holds(how.take_output(), "<resource>here</resource>"));
}

TEST_CASE("SCRAM proves both sides in it", "[xmpp][negotiation][sasl2]") {
  // The user and the exchange of RFC 7677, section 3.
  negotiation_options options = options_of("user@bots.test");
  options.nonce = "rOprNGfwEbeRWgbNEkqO";
  negotiation how(options);
  CHECK(
      holds(begin(how, "", {"SCRAM-SHA-256"}), base64_encoded("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")));
  how.receive(xml("<challenge xmlns='urn:xmpp:sasl:2'>" +
                  base64_encoded("r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                                 "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096") +
                  "</challenge>"));
  CHECK(holds(how.take_output(), "<response xmlns='urn:xmpp:sasl:2'>"));
  const auto end = [&](const std::string& proof) {
    how.receive(xml(success("<additional-data>" + base64_encoded(proof) + "</additional-data>")));
  };
  SECTION("if the server can") {
    end("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    CHECK_FALSE(how.failed());
  }
  SECTION("and ends if it cannot") {
    end("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::authentication_failed);
  }
  SECTION("or does not") {
    how.receive(xml(success("")));
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::authentication_failed);
  }
}

TEST_CASE("what a login in one step is refused for is told", "[xmpp][negotiation][sasl2]") {
  negotiation how(options_of());
  (void)begin(how, "");
  SECTION("a wrong password") {
    how.receive(
        xml("<failure xmlns='urn:xmpp:sasl:2'><not-authorized "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/><text>no such user</text></failure>"));
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::authentication_failed);
    CHECK(how.failed()->remote() == "no such user");
  }
  SECTION("a server in trouble") {
    how.receive(
        xml("<failure xmlns='urn:xmpp:sasl:2'><temporary-auth-failure "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>"));
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::closed);
  }
  SECTION("a second factor") {
    how.receive(
        xml("<continue xmlns='urn:xmpp:sasl:2'><tasks><task>TOTP</task></tasks></continue>"));
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::authentication_failed);
  }
}

TEST_CASE("a login in one step can be switched off", "[xmpp][negotiation][sasl2]") {
  negotiation_options options = options_of();
  options.sasl2 = false;
  negotiation how(options);
  CHECK(holds(begin(how, ""), "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"));
}

TEST_CASE("a session is made in the same step", "[xmpp][negotiation][sasl2]") {
  negotiation_options options = options_of("bot@bots.test");
  options.software = "mynah";
  negotiation how(options);
  CHECK(holds(begin(how, can_bind + can_resume),
              "<bind xmlns='urn:xmpp:bind:0'><tag>mynah</tag>"
              "<enable xmlns='urn:xmpp:sm:3' resume='true'/></bind>"));
  SECTION("with an address") {
    how.receive(
        xml(success("<bound xmlns='urn:xmpp:bind:0'><enabled xmlns='urn:xmpp:sm:3' "
                    "id='s9' resume='1'/></bound>",
                    "bot@bots.test/mynah~1")));
    CHECK(how.done() == outcome::bound);
    CHECK(how.bound().to_string() == "bot@bots.test/mynah~1");
    REQUIRE(how.managed());
    CHECK(how.managed()->attr("id") == "s9");
  }
  SECTION("not without") {
    how.receive(xml(success("<bound xmlns='urn:xmpp:bind:0'/>")));
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::protocol);
  }
  SECTION("or in another, if the server leaves it out") {
    how.receive(xml(success("")));
    how.receive(xml(bind_offer));
    CHECK(holds(how.take_output(), "<iq type='set' id='bind'>"));
  }
}

TEST_CASE("a server that would choose the resource does not where it is configured",
          "[xmpp][negotiation][sasl2]") {
  negotiation named(options_of("bot@bots.test/here"));
  CHECK_FALSE(holds(begin(named, can_bind), "urn:xmpp:bind:0"));
  // Nor without stream management, if that is wanted.
  negotiation unmanaged(options_of("bot@bots.test"));
  CHECK_FALSE(holds(begin(unmanaged, "<bind xmlns='urn:xmpp:bind:0'/>"), "urn:xmpp:bind:0"));
  // Nor over the session before, which can be taken up in another step.
  negotiation before(options_of("bot@bots.test"),
                     xml("<resume xmlns='urn:xmpp:sm:3' previd='s1' h='3'/>"));
  CHECK_FALSE(holds(begin(before, can_bind), "urn:xmpp:bind:0"));
}

TEST_CASE("a session is taken up in the same step", "[xmpp][negotiation][sasl2]") {
  negotiation how(options_of("bot@bots.test"),
                  xml("<resume xmlns='urn:xmpp:sm:3' previd='s1' h='3'/>"));
  const std::string asked = begin(how, can_bind + can_resume);
  CHECK(holds(asked, "<resume xmlns='urn:xmpp:sm:3' previd='s1' h='3'/>"));
  CHECK(holds(asked, "<bind xmlns='urn:xmpp:bind:0'>"));
  SECTION("and goes on") {
    how.receive(xml(success("<resumed xmlns='urn:xmpp:sm:3' previd='s1' h='7'/>")));
    CHECK(how.done() == outcome::resumed);
    CHECK(how.handled_before() == 7U);
  }
  SECTION("but no other") {
    how.receive(xml(success("<resumed xmlns='urn:xmpp:sm:3' previd='s2' h='7'/>")));
    REQUIRE(how.failed());
    CHECK(how.failed()->code() == errc::protocol);
  }
  SECTION("or is made anew") {
    how.receive(
        xml(success("<failed xmlns='urn:xmpp:sm:3' h='6'/><bound xmlns='urn:xmpp:bind:0'>"
                    "<enabled xmlns='urn:xmpp:sm:3' id='s9'/></bound>",
                    "bot@bots.test/mynah~1")));
    CHECK(how.done() == outcome::bound);
    CHECK(how.handled_before() == 6U);
  }
}

TEST_CASE("a token of an earlier login is enough", "[xmpp][negotiation][fast]") {
  negotiation_options options = options_of("bot@bots.test");
  options.token = std::make_shared<login_token>("d4565fa7-4d72-4749-b3d3-740edbf87770");
  const auto binding = [](std::string_view type) -> std::optional<std::string> {
    if (type == "tls-exporter") return "bytes";
    return std::nullopt;
  };
  {
    negotiation first(options);
    const std::string asked = begin(first, can_fast, {"PLAIN"}, binding);
    CHECK(holds(asked, "<user-agent id='d4565fa7-4d72-4749-b3d3-740edbf87770'>"));
    // Bound to the connection, as that can be had.
    CHECK(holds(asked, "<request-token xmlns='urn:xmpp:fast:0' mechanism='HT-SHA-256-EXPR'/>"));
    first.receive(
        xml(success("<token xmlns='urn:xmpp:fast:0' token='secret-token:x' "
                    "expiry='2026-12-01T00:00:00Z'/>")));
  }
  REQUIRE(options.token->is_set());
  negotiation second(options);
  const std::string asked = begin(second, can_fast, {"PLAIN"}, binding);
  CHECK(holds(asked, "mechanism='HT-SHA-256-EXPR'"));
  CHECK(holds(asked, "<fast xmlns='urn:xmpp:fast:0'/>"));
  CHECK_FALSE(holds(asked, "request-token"));
  CHECK_FALSE(holds(asked, "secret-token"));
  const auto proof = mynah::sasl::make_hashed_token("bot", "secret-token:x", "bytes");
  CHECK(holds(asked, base64_encoded(*proof->answer({}))));
  SECTION("if the server knows it, too") {
    // HMAC-SHA-256 of "Responder" and the bytes of the binding.
    second.receive(xml(
        success("<additional-data>axQzMqKaf4PPmf1qWjVGjMH6MrzOSeK9kXRy0qIWhA4=</additional-data>"
                "<token xmlns='urn:xmpp:fast:0' token='secret-token:y'/>")));
    CHECK_FALSE(second.failed());
    CHECK(options.token->text() == "secret-token:y");
    CHECK(options.token->mechanism() == "HT-SHA-256-EXPR");
  }
  SECTION("and not otherwise") {
    second.receive(xml(success("<additional-data>" + base64_encoded(std::string(32, 'x')) +
                               "</additional-data>")));
    REQUIRE(second.failed());
    CHECK(second.failed()->code() == errc::authentication_failed);
  }
  SECTION("until it is refused") {
    second.receive(
        xml("<failure xmlns='urn:xmpp:sasl:2'><credentials-expired "
            "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></failure>"));
    // Not for good: the next time with the password.
    REQUIRE(second.failed());
    CHECK(second.failed()->code() == errc::closed);
    CHECK_FALSE(options.token->is_set());
  }
  SECTION("and is for one mechanism only") {
    negotiation third(options);
    CHECK(holds(begin(third, can_fast, {"PLAIN"}), "mechanism='PLAIN'"));
  }
}
