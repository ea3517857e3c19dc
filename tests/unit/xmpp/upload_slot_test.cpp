// SPDX-License-Identifier: Apache-2.0
#include "upload_slot.hpp"

#include "catch.hpp"
#include "services.hpp"
#include "xml.hpp"

using mynah::xmpp::disco_info;
using mynah::xmpp::services;
using mynah::xmpp::slot_request;
using mynah::xmpp::upload_slot;
using mynah_test::xml;

namespace {

std::string answer(const std::string& put, const std::string& get, const std::string& fields = {}) {
  return "<iq type='result'><slot xmlns='urn:xmpp:http:upload:0'><put url='" + put + "'>" + fields +
         "</put><get url='" + get + "'/></slot></iq>";
}

}  // namespace

TEST_CASE("a slot is read", "[xmpp][upload]") {
  const auto slot =
      upload_slot::read(xml(answer("https://up.test/1", "https://down.test/1",
                                   "<header name='authorization'>Basic&#13;&#10; x</header><header "
                                   "name='Host'>evil</header><header name='Cookie'>a=b</header>")));
  REQUIRE(slot);
  CHECK(slot->put == "https://up.test/1");
  CHECK(slot->get == "https://down.test/1");
  REQUIRE(slot->fields.size() == 2);
  CHECK(slot->fields[0].first == "Authorization");
  CHECK(slot->fields[0].second == "Basic x");
  CHECK(slot->fields[1].first == "Cookie");
}

TEST_CASE("a slot that is not by https is none", "[xmpp][upload]") {
  CHECK_FALSE(upload_slot::read(xml(answer("http://up.test/1", "https://down.test/1"))));
  CHECK_FALSE(upload_slot::read(xml(answer("https://up.test/1", "javascript:x"))));
  CHECK_FALSE(upload_slot::read(xml("<iq type='result'/>")));
  CHECK_FALSE(
      upload_slot::read(xml("<iq type='result'><slot xmlns='urn:xmpp:http:upload:0'><put "
                            "url='https://a/'/></slot></iq>")));
}

TEST_CASE("a slot is asked for without folders", "[xmpp][upload]") {
  const auto asked = slot_request("/etc/a\n.txt", 7, "text/plain");
  CHECK(asked.attr("filename") == "a.txt");
  CHECK(asked.attr("size") == "7");
  CHECK(asked.attr("content-type") == "text/plain");
  CHECK(slot_request("x/..", 1, "").attr("filename") == "file");
  CHECK_FALSE(slot_request("x", 1, "").has("content-type"));
}

TEST_CASE("services are known by what they say", "[xmpp][upload]") {
  services found;
  found.add("rooms.test",
            *disco_info::read(xml("<query xmlns='http://jabber.org/protocol/disco#info'><identity "
                                  "category='conference' type='text'/><feature "
                                  "var='http://jabber.org/protocol/muc'/></query>")));
  const std::string files =
      "<query xmlns='http://jabber.org/protocol/disco#info'><identity category='store' "
      "type='file'/><feature var='urn:xmpp:http:upload:0'/><x xmlns='jabber:x:data' "
      "type='result'><field var='FORM_TYPE' type='hidden'><value>urn:xmpp:http:upload:0</value>"
      "</field><field var='max-file-size'><value>5000</value></field></x></query>";
  found.add("files.test", *disco_info::read(xml(files)));
  found.add("other.test", *disco_info::read(xml(files)));
  CHECK(found.rooms == "rooms.test");
  CHECK(found.upload == "files.test");
  CHECK(found.largest_file == 5000U);
}
