// SPDX-License-Identifier: Apache-2.0
#include <mynah/filled_form.hpp>

#include <map>
#include <random>

#include "catch.hpp"

#include "core/parse_arguments.hpp"
#include "rounds.hpp"

using namespace mynah;

namespace {

command_spec deploy() {
  return command_spec("deploy", "Deploys")
      .parameter(parameter::string("service"))
      .parameter(parameter::choice("env", {"staging", "prod"}).fallback("staging"))
      .parameter(parameter::integer("count").optional())
      .parameter(parameter::boolean("force").flag())
      .parameter(parameter::string("why").optional().rest());
}

using values = std::map<std::string, std::string>;

filled_form filled(const command_spec& spec, const values& given) {
  return read_form(spec, [&given](const parameter& each) -> std::optional<std::string> {
    const auto found = given.find(each.name);
    if (found == given.end()) return std::nullopt;
    return found->second;
  });
}

}  // namespace

TEST_CASE("a filled form is a command line", "[core][form]") {
  CHECK(filled(deploy(), {{"service", "web"}}).line == "deploy service=\"web\"");
  CHECK(filled(deploy(), {{"service", "web"}, {"count", "3"}, {"force", "yes"}}).line ==
        "deploy service=\"web\" count=\"3\" --force=\"yes\"");
  CHECK(filled(deploy(),
               {{"service", "a b"}, {"env", "prod"}, {"count", "1"}, {"why", "it is \"late\""}})
            .line == "deploy service=\"a b\" env=\"prod\" count=\"1\" -- it is \"late\"");
  // Something positional is not there, so its place must not be taken.
  CHECK(filled(deploy(), {{"service", "a"}, {"why", "late"}}).line ==
        "deploy service=\"a\" why=\"late\"");
}

TEST_CASE("all that is wrong with a form is told", "[core][form]") {
  const filled_form wrong = filled(deploy(), {{"env", "moon"}, {"count", "many"}});
  REQUIRE_FALSE(wrong.ok());
  REQUIRE(wrong.errors.size() == 3);
  CHECK(wrong.errors[0] == form_error("service", "must be filled in"));
  CHECK(wrong.errors[1].parameter == "env");
  CHECK(wrong.errors[1].what.starts_with("expected "));
  CHECK(wrong.complaint().starts_with("service: must be filled in; env: expected "));
  CHECK(filled(deploy(), {{"service", "x"}}).complaint().empty());
}

TEST_CASE("whatever a field holds, it is that parameter's value", "[core][form]") {
  const command_spec spec = deploy();
  std::mt19937 random(11);
  const std::string_view pieces[] = {"\"",       "'", "\\", " ", "--force", "=",  "service=",
                                     "\xC3\xA4", "a", "--", "-", "count=7", "b c"};
  for (std::size_t round = 0; round < mynah_test::rounds(5'000); ++round) {
    std::string text;
    for (auto i = random() % 8; i > 0; --i) text += pieces[random() % std::size(pieces)];
    text += 'x';
    const filled_form made = filled(spec, {{"service", text}, {"count", "1"}});
    REQUIRE(made.ok());
    detail::argument_data read;
    read.line = made.line;
    CAPTURE(made.line);
    REQUIRE(core::parse_arguments(spec, read).value_or("") == "");
    REQUIRE(read.values.size() >= 2);
    CHECK(std::get<std::string>(read.values[0].second) == text);
  }
}
