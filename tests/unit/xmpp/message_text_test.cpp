// SPDX-License-Identifier: Apache-2.0
#include "message_text.hpp"

#include "catch.hpp"
#include "namespaces.hpp"
#include "xml.hpp"

using namespace mynah::xmpp;
using mynah_test::xml;

TEST_CASE("of several bodies one counts", "[xmpp][message_text]") {
  element message("message", ns::client);
  CHECK_FALSE(body_of(message));
  message.add(element("body", "http://www.w3.org/1999/xhtml", "other"));
  message.add(element("active", ns::chat_states).add(element("body", ns::client, "inner")));
  CHECK_FALSE(body_of(message));
  message.add(element("body", ns::client, "hallo").set("xml:lang", "de"));
  message.add(element("body", ns::client, "bonjour").set("xml:lang", "fr"));
  CHECK(body_of(message) == "hallo");
  message.add(element("body", ns::client, "hello"));
  message.add(element("body", ns::client, "again"));
  CHECK(body_of(message) == "hello");
  CHECK_FALSE(subject_of(message));
  message.add(element("subject", ns::client));
  CHECK(subject_of(message) == "");
  CHECK(body_of(element("message", ns::component).add(element("body", ns::component, "x"))) == "x");
}

TEST_CASE("a reply says what is its own", "[xmpp][message_text]") {
  const auto said = [](const std::string& body, const std::string& fallback,
                       const std::string& reply = "<reply xmlns='urn:xmpp:reply:0' id='x'/>") {
    return said_in(xml("<message><body>" + body + "</body>" + reply + fallback + "</message>"));
  };
  const auto marked = [](const std::string& ranges, const std::string& about = "urn:xmpp:reply:0") {
    return "<fallback xmlns='urn:xmpp:fallback:0' for='" + about + "'>" + ranges + "</fallback>";
  };
  CHECK(said("&gt; Sure?\nyes", marked("<body start='0' end='8'/>")) == "yes");
  // Counted in characters, as XML has them: not in bytes.
  CHECK(said("&gt; gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80\n!ping \xC3\xA4",
             marked("<body start='0' end='9'/>")) == "!ping \xC3\xA4");
  CHECK(said("&gt; a\nyes\n&gt; b",
             marked("<body start='0' end='4'/><body start='7' end='99'/>")) == "yes");
  CHECK(said("&gt; a", marked("<body start='0' end='3'/>")).empty());
  for (const std::string odd :
       {"<body/>", "<body start='0'/>", "<body start='3' end='1'/>", "<body start='-1' end='3'/>",
        "<body start='a' end='3'/>", "<subject start='0' end='3'/>", ""}) {
    CAPTURE(odd);
    CHECK(said("&gt; a\nyes", marked(odd)) == "> a\nyes");
  }
  // Of something else, or of no reply, it is what was said.
  CHECK(said("&gt; a\nyes", marked("<body start='0' end='4'/>", "urn:xmpp:sfs:0")) == "> a\nyes");
  CHECK(said("&gt; a\nyes", marked("<body start='0' end='4'/>"), "") == "> a\nyes");
  CHECK(said_in(xml("<message/>")).empty());
}
