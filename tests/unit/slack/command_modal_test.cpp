// SPDX-License-Identifier: Apache-2.0
#include "command_modal.hpp"

#include <random>

#include "catch.hpp"
#include "characters.hpp"
#include "core/argument_data.hpp"
#include "core/parse_arguments.hpp"
#include "json_fields.hpp"
#include "rounds.hpp"

using mynah::command_spec;
using mynah::parameter;
using namespace mynah::slack;
using nlohmann::json;

namespace {

command_spec deploy() {
  return command_spec("deploy", "Deploys a <service>")
      .parameter(parameter::string("service", "what to deploy"))
      .parameter(parameter::choice("env", {"staging", "prod"}).fallback("staging"))
      .parameter(parameter::integer("count", "how many").optional())
      .parameter(parameter::boolean("force").flag())
      .parameter(parameter::duration("timeout").flag().fallback("5m"));
}

const modal_origin origin("deploy", "C1", "1700000000.000100", false);

json typed(const std::string& value) {
  return {{"value", {{"type", "plain_text_input"}, {"value", value}}}};
}
json chosen(const std::string& value) {
  return {{"value", {{"type", "static_select"}, {"selected_option", {{"value", value}}}}}};
}
json ticked(bool is) {
  json options = json::array();
  if (is) options.push_back({{"value", "yes"}});
  return {{"value", {{"type", "checkboxes"}, {"selected_options", options}}}};
}
json empty_text() {
  return {{"value", {{"type", "plain_text_input"}, {"value", nullptr}}}};
}
json empty_menu() {
  return {{"value", {{"type", "static_select"}, {"selected_option", nullptr}}}};
}

json submitted(const std::vector<std::pair<std::string, json>>& given) {
  json values = json::object();
  for (const auto& [name, state] : given) values["p:" + name] = state;
  return {{"callback_id", "mynah-command"}, {"state", {{"values", values}}}};
}

std::string line(const command_spec& spec, const std::vector<std::pair<std::string, json>>& given) {
  const mynah::filled_form read = read_submission(submitted(given), spec);
  if (read.ok()) return read.line;
  std::string out = "errors:";
  for (const mynah::form_error& each : read.errors)
    out += " " + each.parameter + " " + each.what + ";";
  return out;
}

// What the core makes of a line: the values, or the error.
std::string parsed(const command_spec& spec, const std::string& command_line) {
  mynah::detail::argument_data data;
  data.line = command_line;
  if (const auto wrong = mynah::core::parse_arguments(spec, data)) return "error: " + *wrong;
  const mynah::arguments args(std::make_shared<mynah::detail::argument_data>(std::move(data)));
  std::string out;
  for (const parameter& each : spec.parameters) {
    if (!args.has(each.name)) continue;
    if (each.type == mynah::parameter_type::string) {
      out += each.name + "=" + args.string(each.name) + ";";
    } else if (each.type == mynah::parameter_type::boolean) {
      out += each.name + "=" + (args.boolean(each.name) ? "yes" : "no") + ";";
    } else if (each.type == mynah::parameter_type::choice) {
      out += each.name + "=" + args.string(each.name) + ";";
    }
  }
  return out;
}

}  // namespace

TEST_CASE("a modal has an input for each parameter", "[slack][modal]") {
  const auto made = command_modal(deploy(), origin);
  REQUIRE(made.has_value());
  const json& view = *made;
  CHECK(text_in(view, "type") == "modal");
  CHECK(text_in(object_in(view, "title"), "text") == "deploy");
  const json& blocks = array_in(view, "blocks");
  REQUIRE(blocks.size() == 6);
  CHECK(text_in(object_in(blocks[0], "text"), "text") == "Deploys a &lt;service&gt;");
  CHECK(text_in(blocks[1], "block_id") == "p:service");
  CHECK(text_in(blocks[1]["element"], "type") == "plain_text_input");
  CHECK_FALSE(is_true_in(blocks[1], "optional"));
  CHECK(text_in(blocks[1]["hint"], "text") == "what to deploy");
  CHECK(text_in(blocks[2]["element"], "type") == "static_select");
  CHECK(blocks[2]["element"]["options"].size() == 2);
  CHECK(blocks[2]["element"]["initial_option"] == blocks[2]["element"]["options"][0]);
  CHECK(is_true_in(blocks[2], "optional"));
  CHECK(text_in(blocks[3]["hint"], "text").find("how many; ") == 0);
  CHECK(text_in(blocks[4]["element"], "type") == "checkboxes");
  CHECK(is_true_in(blocks[4], "optional"));
  CHECK(blocks[4]["element"].count("initial_options") == 0);
  CHECK(text_in(blocks[5]["element"], "initial_value") == "5m");
  CHECK(text_in(blocks[5]["hint"], "text").find("duration") != std::string_view::npos);
}

TEST_CASE("a modal remembers where it was asked for", "[slack][modal]") {
  for (const modal_origin& each :
       {origin, modal_origin("a \"b\"", "", "", true), modal_origin("x", "D1", "", true)}) {
    const auto made = command_modal(deploy(), each);
    REQUIRE(made.has_value());
    CHECK(origin_of(*made) == each);
  }
  CHECK_FALSE(origin_of(json::object()).has_value());
  CHECK_FALSE(origin_of({{"callback_id", "mynah-command"}}).has_value());
  CHECK_FALSE(
      origin_of({{"callback_id", "mynah-command"}, {"private_metadata", "{}"}}).has_value());
  CHECK_FALSE(
      origin_of({{"callback_id", "other"}, {"private_metadata", R"({"c":"x"})"}}).has_value());
}

TEST_CASE("a modal that Slack has no room for is none", "[slack][modal]") {
  command_spec wide("wide", "x");
  for (int i = 0; i < 96; ++i) wide.parameter(parameter::string("p" + std::to_string(i)));
  CHECK_FALSE(command_modal(wide, origin).has_value());
  CHECK_FALSE(
      command_modal(command_spec("x", "x").parameter(parameter::string(std::string(300, 'n'))),
                    origin)
          .has_value());
  CHECK_FALSE(
      command_modal(deploy(), modal_origin("x", std::string(3000, 'c'), "", false)).has_value());
}

TEST_CASE("a modal keeps Slack's limits", "[slack][modal]") {
  const std::string long_text(5000, '&');
  std::vector<std::string> many;
  for (int i = 0; i < 101; ++i) many.push_back("c" + std::to_string(i));
  const auto made =
      command_modal(command_spec("a name that is longer than a title may be", long_text)
                        .parameter(parameter::choice("many", many))
                        .parameter(parameter::choice("long", {std::string(200, 'x'), "y"}))
                        .parameter(parameter::choice("shown", {std::string(100, 'x'), "y"}))
                        .parameter(parameter::string("s", long_text).fallback(long_text))
                        .parameter(parameter::boolean("third").optional())
                        .parameter(parameter::string("rest").optional().rest()),
                    origin);
  REQUIRE(made.has_value());
  CHECK(count_characters(text_in((*made)["title"], "text")) <= 24);
  const json& blocks = (*made)["blocks"];
  CHECK(count_characters(text_in(blocks[0]["text"], "text")) <= 3000);
  CHECK(text_in(blocks[1]["element"], "type") == "plain_text_input");
  CHECK(text_in(blocks[2]["element"], "type") == "plain_text_input");
  CHECK(text_in(blocks[3]["element"], "type") == "static_select");
  CHECK(count_characters(text_in(blocks[3]["element"]["options"][0]["text"], "text")) <= 75);
  CHECK(blocks[4]["element"].count("initial_value") == 0);
  CHECK(count_characters(text_in(blocks[4]["hint"], "text")) <= 150);
  // Yes, no and neither.
  CHECK(text_in(blocks[5]["element"], "type") == "static_select");
  CHECK(is_true_in(blocks[6]["element"], "multiline"));
}

TEST_CASE("a submission is a line", "[slack][modal]") {
  CHECK(line(deploy(), {{"service", typed("web")},
                        {"env", chosen("prod")},
                        {"count", typed(" 3 ")},
                        {"force", ticked(true)},
                        {"timeout", typed("90s")}}) ==
        R"(deploy service="web" env="prod" count="3" --force="yes" --timeout="90s")");
  CHECK(line(deploy(), {{"service", typed("a \"b\" \\")},
                        {"env", empty_menu()},
                        {"count", empty_text()},
                        {"force", ticked(false)}}) ==
        R"(deploy service="a \"b\" \\" --force="no")");
  CHECK(line(deploy(), {{"service", typed("x")}, {"stranger", typed("y")}}) ==
        R"(deploy service="x")");
}

TEST_CASE("errors stand beside their inputs", "[slack][modal]") {
  CHECK(line(deploy(), {{"env", chosen("moon")}, {"count", typed("x")}})
            .find("errors: service must be filled in; env expected ") == 0);
  const mynah::filled_form read = read_submission(submitted({{"count", typed("1.5")}}), deploy());
  REQUIRE(read.errors.size() == 2);
  const json told = error_payload(read);
  CHECK(text_in(told, "response_action") == "errors");
  CHECK(text_in(told["errors"], "p:service") == "must be filled in");
  CHECK(text_in(told["errors"], "p:count").find("expected") == 0);
  for (const json& odd : {json(), json(5), json::object(), json{{"state", 5}},
                          json{{"state", {{"values", json::array()}}}}}) {
    CHECK_FALSE(read_submission(odd, deploy()).ok());
  }
}

TEST_CASE("whatever a value holds, the core reads that value", "[slack][modal]") {
  const command_spec spec = command_spec("say", "x")
                                .parameter(parameter::string("who"))
                                .parameter(parameter::string("title").optional())
                                .parameter(parameter::boolean("loud").flag())
                                .parameter(parameter::string("mood").flag().optional())
                                .parameter(parameter::string("words").optional().rest());
  std::mt19937 random(17);
  const std::string_view pieces[] = {"\"",     "'",        "\\",       " ",  "--loud", "=",
                                     "who=",   "a",        "b c",      "--", "\n",     "-",
                                     "words=", "\xC3\xA4", "--mood=x", "\t"};
  const auto words = [&] {
    std::string text;
    for (auto i = random() % 8; i > 0; --i) text += pieces[random() % std::size(pieces)];
    return text;
  };
  const auto is_blank = [](const std::string& text) {
    return text.find_first_not_of(" \t\n") == std::string::npos;
  };
  const auto trimmed = [](const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\n");
    return text.substr(first, text.find_last_not_of(" \t\n") + 1 - first);
  };
  for (std::size_t round = 0; round < mynah_test::rounds(20000); ++round) {
    const std::string who = words() + "w";
    const std::string title = words();
    const std::string mood = words();
    const std::string rest = words();
    const bool loud = random() % 2 == 0;
    const std::string made = line(spec, {{"who", typed(who)},
                                         {"title", typed(title)},
                                         {"loud", ticked(loud)},
                                         {"mood", typed(mood)},
                                         {"words", typed(rest)}});
    CAPTURE(made, who, title, mood, rest);
    std::string expected = "who=" + who + ";";
    if (!is_blank(title)) expected += "title=" + title + ";";
    expected += std::string("loud=") + (loud ? "yes" : "no") + ";";
    if (!is_blank(mood)) expected += "mood=" + mood + ";";
    // Without a title before it, it stands in quotes, and keeps its blanks.
    if (!is_blank(rest)) expected += "words=" + (is_blank(title) ? rest : trimmed(rest)) + ";";
    REQUIRE(parsed(spec, made) == expected);
  }
}
