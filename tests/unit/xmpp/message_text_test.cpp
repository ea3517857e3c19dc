// SPDX-License-Identifier: Apache-2.0
#include "message_text.hpp"

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;

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
