// SPDX-License-Identifier: Apache-2.0
#include "stanza_error.hpp"

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;

namespace {

element request() {
  return element("iq", ns::client)
      .set("type", "get")
      .set("id", "q1")
      .set("from", "ann@example.org/desk")
      .set("to", "bot@example.org/x")
      .add(element("query", ns::version));
}

}  // namespace

TEST_CASE("a request is refused", "[xmpp][stanza_error]") {
  const element answer = error_to(request(), stanza_error("service-unavailable"));
  CHECK(answer.to_xml(ns::client) ==
        "<iq type='error' id='q1' to='ann@example.org/desk' from='bot@example.org/x'>"
        "<error type='cancel'><service-unavailable "
        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
}

TEST_CASE("conditions have their usual type", "[xmpp][stanza_error]") {
  CHECK(stanza_error("bad-request").type == error_type::modify);
  CHECK(stanza_error("forbidden").type == error_type::auth);
  CHECK(stanza_error("item-not-found").type == error_type::cancel);
  CHECK(stanza_error("resource-constraint").type == error_type::wait);
  CHECK(stanza_error(error_type::going_on, "bad-request").type == error_type::going_on);
  CHECK(to_string(error_type::going_on) == "continue");
}

TEST_CASE("what is written of an error is read again", "[xmpp][stanza_error]") {
  stanza_error why(error_type::modify, "redirect", "moved");
  why.by = "rooms.example";
  why.address = "xmpp:new@rooms.example";
  why.application = element("odd", "urn:x", "y");
  CHECK(stanza_error::read(error_to(request(), why)) == why);
}

TEST_CASE("errors that say little are read", "[xmpp][stanza_error]") {
  CHECK_FALSE(stanza_error::read(request()));
  element bare("message", ns::client);
  bare.set("type", "error");
  CHECK(stanza_error::read(bare) == stanza_error(error_type::cancel, "undefined-condition"));
  bare.add(element("error", ns::client)
               .set("type", "strange")
               .add(element("text", ns::stanzas, "no"))
               .add(element("conflict", "urn:x")));
  const auto got = stanza_error::read(bare);
  REQUIRE(got);
  CHECK(got->condition == "undefined-condition");
  CHECK(got->type == error_type::cancel);
  CHECK(got->text == "no");
  REQUIRE(got->application);
  CHECK(got->application->name == "conflict");
}

TEST_CASE("answers and errors are not refused", "[xmpp][stanza_error]") {
  element iq = request();
  CHECK(may_be_refused(iq));
  CHECK_FALSE(may_be_refused(iq.set("type", "result")));
  CHECK_FALSE(may_be_refused(iq.set("type", "error")));
  CHECK(may_be_refused(element("message", ns::client)));
}

TEST_CASE("stream errors are read and written", "[xmpp][stanza_error]") {
  CHECK_FALSE(stream_error::read(element("error", ns::client)));
  CHECK(stream_error::read(element("error", ns::stream)) == stream_error("undefined-condition"));
  stream_error other("see-other-host", "go");
  other.address = "[2001:db8::1]:5222";
  CHECK(stream_error::read(other.to_element()) == other);
  stream_error counted("undefined-condition");
  counted.application = element("handled-count-too-high", ns::sm).set("h", "8");
  CHECK(stream_error::read(counted.to_element()) == counted);
  CHECK(stream_error("conflict").to_element().to_xml(ns::stream) ==
        "<error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>");
}
