// SPDX-License-Identifier: Apache-2.0
#include "negotiation.hpp"

#include "catch.hpp"
#include "sasl/base64.hpp"
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
