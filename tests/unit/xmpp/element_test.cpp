// SPDX-License-Identifier: Apache-2.0
#include "element.hpp"

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;

TEST_CASE("elements are written", "[xmpp][element]") {
  const element message = element("message", ns::client)
                              .set("to", "ann@example.org")
                              .set("type", "chat")
                              .set("id", "")
                              .add(element("body", ns::client, "hello"))
                              .add(element("active", ns::chat_states));
  CHECK(message.to_xml(ns::client) ==
        "<message to='ann@example.org' type='chat'><body>hello</body>"
        "<active xmlns='http://jabber.org/protocol/chatstates'/></message>");
  CHECK(message.to_xml().starts_with("<message xmlns='jabber:client' to="));
  CHECK(element("a", "").to_xml("x") == "<a xmlns=''/>");
  CHECK(element("a", "http://www.w3.org/XML/1998/namespace").add(element("b", "x")).to_xml("x") ==
        "<xml:a><b/></xml:a>");
}

TEST_CASE("text is escaped", "[xmpp][element]") {
  CHECK(xml_escaped("a<b>&'\"]]>\r\n\t") == "a&lt;b&gt;&amp;&apos;&quot;]]&gt;&#13;\n\t");
  CHECK(xml_escaped("z\xC3\xBC\xF0\x9F\xA6\x9C") == "z\xC3\xBC\xF0\x9F\xA6\x9C");
  CHECK(xml_escaped(std::string_view("\0\x01\x1B[", 4)) == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD[");
  // U+FFFE, a surrogate, half a character, an overlong form.
  CHECK(xml_escaped("\xEF\xBF\xBE") == "\xEF\xBF\xBD");
  CHECK(xml_escaped("\xED\xA0\x80") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(xml_escaped("\xC3") == "\xEF\xBF\xBD");
  CHECK(xml_escaped("\xC0\xAF") == "\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(element("a", "").set("k", "1\n2\t3'4\r").to_xml() == "<a k='1&#10;2&#9;3&apos;4&#13;'/>");
}

TEST_CASE("elements are looked into", "[xmpp][element]") {
  element one("message", ns::client);
  one.add(element("body", "urn:x", "other")).add(element("body", ns::client, "mine"));
  one.add(element("body", ns::client, "second"));
  CHECK(one.is("message", ns::client));
  CHECK_FALSE(one.is("message", "urn:x"));
  CHECK(one.child_text("body", ns::client) == "mine");
  CHECK(one.child("subject", ns::client) == nullptr);
  CHECK(one.child_text("subject", ns::client).empty());

  one.set("a", "1").set("b", "2").set("a", "3");
  CHECK(one.attr("a") == "3");
  CHECK(one.attributes.size() == 2);
  one.set("a", "");
  CHECK_FALSE(one.has("a"));
  CHECK(one.attr("a").empty());
  CHECK(one.has("b"));
}
