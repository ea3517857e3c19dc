// SPDX-License-Identifier: Apache-2.0
#include "command_form.hpp"

#include "catch.hpp"

using mynah::command_spec;
using mynah::parameter;
using mynah::xmpp::data_form;
using mynah::xmpp::form_field;
using mynah::xmpp::form_of;
using mynah::xmpp::form_type;
using mynah::xmpp::read_submission;

namespace {

command_spec deploy() {
  return command_spec("deploy", "Deploys a service")
      .parameter(parameter::string("service", "what to deploy"))
      .parameter(parameter::choice("env", {"staging", "prod"}).fallback("staging"))
      .parameter(parameter::integer("count").optional())
      .parameter(parameter::boolean("force").flag())
      .parameter(parameter::duration("timeout").flag().fallback("5m"));
}

using values = std::vector<std::pair<std::string, std::string>>;

data_form submitted(const values& given) {
  data_form made(form_type::submit);
  for (const auto& [var, value] : given) made.add(form_field(var, "", value));
  return made;
}

std::string line(const command_spec& spec, const values& given) {
  const mynah::filled_form made = read_submission(spec, submitted(given));
  return made.ok() ? made.line : "error: " + made.complaint();
}

}  // namespace

TEST_CASE("a form has a field for each parameter", "[xmpp][ad_hoc]") {
  const data_form form = form_of(deploy());
  CHECK(form.type == form_type::form);
  CHECK(form.title == "deploy");
  CHECK(form.instructions == "Deploys a service");
  REQUIRE(form.fields.size() == 5);
  CHECK(form.fields[0].type == "text-single");
  CHECK(form.fields[0].required);
  CHECK(form.fields[0].description == "what to deploy");
  CHECK(form.fields[1].type == "list-single");
  CHECK_FALSE(form.fields[1].required);
  CHECK(form.fields[1].value() == "staging");
  CHECK(form.fields[1].options.size() == 2);
  CHECK(form.fields[2].type == "text-single");
  CHECK_FALSE(form.fields[2].required);
  CHECK(form.fields[3].type == "boolean");
  CHECK(form.fields[3].value() == "0");
  CHECK(form.fields[4].value() == "5m");
  CHECK(form.fields[4].description.find("duration") != std::string::npos);
}

TEST_CASE("a form that comes back shows what was filled in", "[xmpp][ad_hoc]") {
  const data_form given = submitted({{"service", "api"}, {"env", "prod"}, {"force", "1"}});
  const data_form form = form_of(deploy(), &given);
  CHECK(form.value("service") == "api");
  CHECK(form.value("env") == "prod");
  CHECK(form.value("force") == "1");
  CHECK(form.value("timeout").empty());
}

TEST_CASE("a submitted form is a command line", "[xmpp][ad_hoc]") {
  CHECK(line(deploy(), {{"service", "api"}}) == "deploy service=\"api\"");
  CHECK(line(deploy(), {{"service", "api"},
                        {"env", "prod"},
                        {"count", "-3"},
                        {"force", "true"},
                        {"timeout", "1h30m"},
                        {"other", "x"}}) ==
        "deploy service=\"api\" env=\"prod\" count=\"-3\" --force=\"yes\" --timeout=\"1h30m\"");
  CHECK(line(deploy(), {{"service", "api"}, {"force", "0"}}) ==
        "deploy service=\"api\" --force=\"no\"");
}

TEST_CASE("no value can be more than a value", "[xmpp][ad_hoc]") {
  CHECK(line(deploy(), {{"service", "a\" --force \\"}}) == "deploy service=\"a\\\" --force \\\\\"");
  CHECK(line(deploy(), {{"service", "--force"}}) == "deploy service=\"--force\"");
}

TEST_CASE("what is wrong in a form is said", "[xmpp][ad_hoc]") {
  CHECK(line(deploy(), {}) == "error: service: must be filled in");
  CHECK(line(deploy(), {{"service", "  "}}) == "error: service: must be filled in");
  CHECK(line(deploy(), {{"service", "a"}, {"env", "moon"}}).starts_with("error: env: expected "));
  CHECK(line(deploy(), {{"service", "a"}, {"count", "1.5"}}).starts_with("error: count"));
  CHECK(line(deploy(), {{"service", "a"}, {"force", "maybe"}}).starts_with("error: force"));
  CHECK(line(deploy(), {{"service", "a"}, {"timeout", "soon"}}).starts_with("error: timeout"));
}

TEST_CASE("of two values for one parameter none is taken", "[xmpp][ad_hoc]") {
  const command_spec say = command_spec("say", "")
                               .parameter(parameter::string("where"))
                               .parameter(parameter::string("text").rest());
  data_form two(form_type::submit);
  form_field where("where", "", "here");
  where.values.emplace_back("there");
  form_field text("text", "", "one");
  text.values.emplace_back("two");
  SECTION("in one field") {
    two.add(where).add(text);
    const mynah::filled_form read = read_submission(say, two);
    REQUIRE(read.errors.size() == 1);
    CHECK(read.complaint() == "where: must have one value, not 2");
    // Which of them was meant is for the person to say; both are theirs.
    CHECK(form_of(say, &two).value("where") == "here");
  }
  SECTION("in two fields") {
    two.add(form_field("where", "", "here")).add(form_field("where", "", "here")).add(text);
    CHECK(read_submission(say, two).complaint() == "where: must have one value, not 2");
  }
  SECTION("in two fields of which one is empty") {
    two.add(form_field("where", "")).add(form_field("where", "", "here")).add(text);
    CHECK(read_submission(say, two).complaint() == "where: is there twice");
  }
  SECTION("also where several lines are one value") {
    two.add(form_field("where", "", "here")).add(text).add(text);
    CHECK(read_submission(say, two).complaint() == "text: is there twice");
  }
  SECTION("beside what else is wrong") {
    two.add(where);
    CHECK(read_submission(say, two).complaint() ==
          "where: must have one value, not 2; text: must be filled in");
  }
  SECTION("but lines are lines") {
    two.add(form_field("where", "", "here")).add(text);
    CHECK(read_submission(say, two).line == "say where=\"here\" -- one\ntwo");
  }
}

TEST_CASE("free text stands at the end of the line", "[xmpp][ad_hoc]") {
  const command_spec say = command_spec("say", "")
                               .parameter(parameter::string("where").optional())
                               .parameter(parameter::string("text").rest())
                               .parameter(parameter::boolean("loud").flag());
  CHECK(form_of(say).field("text")->type == "text-multi");
  CHECK(line(say, {{"where", "here"}, {"text", "--loud a \"b\""}, {"loud", "1"}}) ==
        "say where=\"here\" --loud=\"yes\" -- --loud a \"b\"");
  CHECK(line(say, {{"text", "a b"}}) == "say text=\"a b\"");
}
