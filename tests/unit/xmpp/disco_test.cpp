// SPDX-License-Identifier: Apache-2.0
#include "disco.hpp"

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;

namespace {

disco_info exodus() {
  disco_info info;
  info.add(disco_identity("client", "pc", "Exodus 0.9.1"));
  for (const std::string_view each : {ns::muc, ns::caps, ns::disco_items, ns::disco_info}) {
    info.add(std::string(each));
  }
  return info;
}

data_form software() {
  data_form form(form_type::result);
  form.add(form_field("FORM_TYPE", "hidden", "urn:xmpp:dataforms:softwareinfo"));
  form_field versions("ip_version", "text-multi");
  versions.values = {"ipv6", "ipv4"};
  form.add(versions).add(form_field("os", "", "Mac")).add(form_field("os_version", "", "10.5.1"));
  form.add(form_field("software", "", "Psi")).add(form_field("software_version", "", "0.11"));
  return form;
}

disco_info psi() {
  disco_info info;
  info.add(disco_identity("client", "pc", "Psi 0.11", "en"));
  info.add(disco_identity("client", "pc", "\xCE\xA8 0.11", "el"));
  for (const std::string_view each : {ns::caps, ns::disco_info, ns::disco_items, ns::muc}) {
    info.add(std::string(each));
  }
  info.add(software());
  return info;
}

}  // namespace

TEST_CASE("capabilities have the hashes of XEP-0115", "[xmpp][disco]") {
  CHECK(caps_hash(exodus()) == "QgayPKawpkPSDYmwT/WM94uAlu0=");
  CHECK(caps_hash(psi()) == "q07IKJEyjvHSyhy//CH0CxmKi8w=");
  // In any order.
  const auto read = disco_info::read(psi().to_element());
  REQUIRE(read);
  CHECK(caps_hash(*read) == caps_hash(psi()));
}

TEST_CASE("ill-formed capabilities have no hash", "[xmpp][disco]") {
  CHECK(caps_hash(psi().add(software())).empty());
  CHECK(caps_hash(exodus().add(disco_identity("client", "pc", "Exodus 0.9.1"))).empty());
  element twice = exodus().to_element();
  twice.add(element("feature", ns::disco_info).set("var", ns::muc));
  CHECK(caps_hash(*disco_info::read(twice)).empty());
  data_form several(form_type::result);
  form_field type("FORM_TYPE", "hidden", "a");
  type.values.emplace_back("b");
  several.add(type);
  CHECK(caps_hash(exodus().add(several)).empty());
}

TEST_CASE("forms that do not say what they are do not count", "[xmpp][disco]") {
  data_form form(form_type::result);
  form.add(form_field("FORM_TYPE", "text-single", "a")).add(form_field("x", "", "y"));
  CHECK(caps_hash(exodus().add(form)) == caps_hash(exodus()));
  CHECK(caps_hash(exodus().add(data_form(form_type::result))) == caps_hash(exodus()));
}

TEST_CASE("what somebody can do is written and read", "[xmpp][disco]") {
  disco_info info = psi();
  info.node = "https://mynah.example#x";
  CHECK(disco_info::read(info.to_element()) == info);
  CHECK(info.has(ns::muc));
  CHECK_FALSE(info.has(ns::upload));
  CHECK(info.is("client", "pc"));
  CHECK_FALSE(info.is("client", "bot"));
  REQUIRE(info.form("urn:xmpp:dataforms:softwareinfo") != nullptr);
  CHECK(info.form("urn:xmpp:dataforms:softwareinfo")->value("os") == "Mac");
  CHECK(info.form("other") == nullptr);
  CHECK_FALSE(disco_info::read(element("query", ns::disco_items)));

  const disco_info few = disco_info().add(std::string("b")).add(std::string("a")).add("b");
  CHECK(few.features() == std::vector<std::string>{"a", "b"});
  CHECK(few.to_element().to_xml() ==
        "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='a'/>"
        "<feature var='b'/></query>");
}
