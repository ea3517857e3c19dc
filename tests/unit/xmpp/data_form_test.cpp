// SPDX-License-Identifier: Apache-2.0
#include "data_form.hpp"

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;

namespace {

// A `<value/>` or another child with text.
element child(std::string name, std::string text = {}) {
  return {std::move(name), ns::data, std::move(text)};
}

}  // namespace

TEST_CASE("a form is read", "[xmpp][data_form]") {
  element x("x", ns::data);
  x.set("type", "form").add(child("title", "Deploy")).add(child("instructions", "one"));
  x.add(child("instructions", "two")).add(element("field", "urn:x").set("var", "no"));
  x.add(child("field").set("type", "hidden").set("var", "FORM_TYPE").add(child("value", "urn:d")));
  x.add(child("field")
            .set("type", "list-single")
            .set("var", "env")
            .set("label", "Where")
            .add(child("desc", "the place"))
            .add(child("required"))
            .add(child("value", "prod"))
            .add(child("option").set("label", "Production").add(child("value", "prod")))
            .add(child("option").add(child("value", "test"))));
  const auto form = data_form::read(x);
  REQUIRE(form);
  CHECK(form->type == form_type::form);
  CHECK(form->title == "Deploy");
  CHECK(form->instructions == "one\ntwo");
  CHECK(form->value("FORM_TYPE") == "urn:d");
  CHECK(form->value("no").empty());
  CHECK(form->field("no") == nullptr);
  const form_field* const env = form->field("env");
  REQUIRE(env != nullptr);
  CHECK(env->type == "list-single");
  CHECK(env->label == "Where");
  CHECK(env->description == "the place");
  CHECK(env->required);
  CHECK(env->value() == "prod");
  CHECK(env->options ==
        std::vector<form_option>{form_option("prod", "Production"), form_option("test")});
  CHECK(data_form::find(element("iq", ns::client).add(x)) == form);
  CHECK(data_form::read(form->to_element()) == form);
}

TEST_CASE("what is no form is none", "[xmpp][data_form]") {
  CHECK_FALSE(data_form::read(element("x", "urn:x").set("type", "form")));
  CHECK_FALSE(data_form::read(element("y", ns::data).set("type", "form")));
  CHECK_FALSE(data_form::read(element("x", ns::data)));
  CHECK_FALSE(data_form::read(element("x", ns::data).set("type", "other")));
  CHECK_FALSE(data_form::find(element("iq", ns::client)));
  for (const char* type : {"form", "submit", "cancel", "result"}) {
    CHECK(data_form::read(element("x", ns::data).set("type", type)));
  }
}

TEST_CASE("a submitted form is written", "[xmpp][data_form]") {
  const data_form form = data_form(form_type::submit).add(form_field("a", "", "1"));
  CHECK(form.to_element().to_xml() ==
        "<x xmlns='jabber:x:data' type='submit'><field var='a'><value>1</value></field></x>");
  CHECK(data_form(form_type::cancel).to_element().to_xml() ==
        "<x xmlns='jabber:x:data' type='cancel'/>");
}

TEST_CASE("text of several lines is several values", "[xmpp][data_form]") {
  const data_form form = data_form(form_type::submit).add(form_field("a", "text-multi", "1\n\n2"));
  const auto got = data_form::read(form.to_element());
  REQUIRE(got);
  CHECK(got->field("a")->values == std::vector<std::string>{"1", "", "2"});
  CHECK(got->field("a")->lines() == "1\n\n2");
  CHECK(form_field("a", "text-single").lines().empty());
}

TEST_CASE("booleans have two words each", "[xmpp][data_form]") {
  CHECK(form_field("a", "boolean", "1").is_true());
  CHECK(form_field("a", "boolean", "true").is_true());
  CHECK_FALSE(form_field("a", "boolean", "0").is_true());
  CHECK_FALSE(form_field("a", "boolean", "false").is_true());
  CHECK_FALSE(form_field("a", "boolean").is_true());
}
