// SPDX-License-Identifier: Apache-2.0
#include "command_modal.hpp"

#include <algorithm>
#include <string_view>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "characters.hpp"
#include "json_fields.hpp"
#include "json_text.hpp"
#include "mrkdwn.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

constexpr std::string_view callback = "mynah-command";
constexpr const char* action = "value";
constexpr std::string_view block_start = "p:";
constexpr std::size_t most_parameters = 95;
constexpr std::size_t most_in_id = 255;
constexpr std::size_t most_in_title = 24;
constexpr std::size_t most_in_label = 150;
constexpr std::size_t most_in_hint = 150;
constexpr std::size_t most_in_option = 75;
constexpr std::size_t most_in_option_value = 150;
constexpr std::size_t most_options = 100;
constexpr std::size_t most_in_input = 3000;
constexpr std::size_t most_in_metadata = 3000;
constexpr std::size_t most_in_error = 300;

bool is_blank(std::string_view text) noexcept {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool says_yes(std::string_view text) noexcept {
  return text == "1" || text == "true" || text == "yes" || text == "on";
}

json plain_text(std::string text) {
  return {{"type", "plain_text"}, {"text", std::move(text)}, {"emoji", false}};
}

json option(const std::string& value, std::string shown) {
  return {{"text", plain_text(std::move(shown))}, {"value", value}};
}

/// How a parameter is asked for.
enum class widget : unsigned char { text, menu, box };

// An option is shown and sent back as it is, so each must fit and be told from the others.
bool fits_menu(const std::vector<std::string>& choices) {
  if (choices.empty() || choices.size() > most_options) return false;
  return std::all_of(choices.begin(), choices.end(), [](const std::string& each) {
    return is_utf8(each) && !is_blank(plain_line(each, most_in_option)) &&
           count_characters(each) <= most_in_option_value;
  });
}

widget widget_of(const parameter& declared) {
  if (declared.type == parameter_type::choice && fits_menu(declared.choices)) return widget::menu;
  if (declared.type != parameter_type::boolean) return widget::text;
  // A box says yes or no. Where neither may be said, too, it takes a menu.
  const bool has_third = !declared.is_flag && !declared.is_required && !declared.default_value;
  return has_third ? widget::menu : widget::box;
}

json text_element(const parameter& declared) {
  json made = {{"type", "plain_text_input"},
               {"action_id", action},
               {"multiline", declared.takes_rest},
               {"max_length", most_in_input}};
  if (declared.default_value && !declared.default_value->empty() &&
      is_utf8(*declared.default_value) &&
      count_characters(*declared.default_value) <= most_in_input) {
    made["initial_value"] = *declared.default_value;
  }
  return made;
}

json menu_element(const parameter& declared) {
  const std::vector<std::string> yes_or_no = {"yes", "no"};
  const bool is_boolean = declared.type == parameter_type::boolean;
  json options = json::array();
  json initial;
  for (const std::string& each : is_boolean ? yes_or_no : declared.choices) {
    json made = option(each, plain_line(each, most_in_option));
    if (declared.default_value == each) initial = made;
    options.push_back(std::move(made));
  }
  json made = {{"type", "static_select"}, {"action_id", action}, {"options", std::move(options)}};
  if (!initial.is_null()) made["initial_option"] = std::move(initial);
  return made;
}

json box_element(const parameter& declared) {
  json options = json::array();
  options.push_back(option("yes", "yes"));
  json made = {{"type", "checkboxes"}, {"action_id", action}, {"options", options}};
  if (declared.default_value && says_yes(*declared.default_value)) {
    made["initial_options"] = std::move(options);
  }
  return made;
}

std::string hint_of(const parameter& declared) {
  std::string hint = declared.help;
  const widget how = widget_of(declared);
  if (how == widget::text && declared.type != parameter_type::string) {
    if (!hint.empty()) hint += "; ";
    hint += declared.expected();
  }
  return plain_line(hint, most_in_hint);
}

json input_of(const parameter& declared) {
  const widget how = widget_of(declared);
  // An empty box is an answer, too.
  const bool is_optional =
      !declared.is_required || declared.default_value.has_value() || how == widget::box;
  json made = {{"type", "input"},
               {"block_id", std::string(block_start) + declared.name},
               {"optional", is_optional},
               {"label", plain_text(plain_line(declared.name, most_in_label))}};
  switch (how) {
    case widget::text:
      made["element"] = text_element(declared);
      break;
    case widget::menu:
      made["element"] = menu_element(declared);
      break;
    case widget::box:
      made["element"] = box_element(declared);
      break;
  }
  std::string hint = hint_of(declared);
  if (!is_blank(hint)) made["hint"] = plain_text(std::move(hint));
  return made;
}

// What was filled in; nothing if the input was left empty, or is not there.
std::optional<std::string> value_of(const json& values, const parameter& declared) {
  const std::string block = std::string(block_start) + declared.name;
  const json* const state = field(object_in(values, block.c_str()), action);
  if (state == nullptr) return std::nullopt;
  const std::string_view type = text_in(*state, "type");
  if (type == "checkboxes") return array_in(*state, "selected_options").empty() ? "no" : "yes";
  std::string value(type == "static_select" ? text_in(object_in(*state, "selected_option"), "value")
                                            : text_in(*state, "value"));
  // People leave blanks around what they type.
  const bool is_word = declared.type != parameter_type::string && type == "plain_text_input";
  if (is_word) {
    const std::size_t first = value.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return std::nullopt;
    value = value.substr(first, value.find_last_not_of(" \t\r\n") + 1 - first);
  }
  if (is_blank(value)) return std::nullopt;
  return value;
}

}  // namespace

std::optional<nlohmann::json> command_modal(const command_spec& spec, const modal_origin& origin) {
  std::string metadata = dump_json(
      {{"c", origin.command}, {"r", origin.channel}, {"t", origin.thread}, {"d", origin.direct}});
  if (count_characters(metadata) > most_in_metadata) return std::nullopt;
  if (spec.parameters.size() > most_parameters) return std::nullopt;
  json blocks = json::array();
  const std::vector<std::string> description =
      split_message(shown_as_is(spec.description), most_in_input);
  if (!description.empty()) {
    blocks.push_back(
        {{"type", "section"},
         {"text", {{"type", "mrkdwn"}, {"text", description.front()}, {"verbatim", true}}}});
  }
  for (const parameter& each : spec.parameters) {
    if (!is_utf8(each.name) || each.name.size() + block_start.size() > most_in_id) {
      return std::nullopt;
    }
    blocks.push_back(input_of(each));
  }
  std::string title = plain_line(spec.name, most_in_title);
  return json{{"type", "modal"},
              {"callback_id", callback},
              {"title", plain_text(is_blank(title) ? "Command" : std::move(title))},
              {"submit", plain_text("Run")},
              {"close", plain_text("Cancel")},
              {"private_metadata", std::move(metadata)},
              {"blocks", std::move(blocks)}};
}

std::optional<modal_origin> origin_of(const nlohmann::json& view) {
  if (text_in(view, "callback_id") != callback) return std::nullopt;
  const auto kept = parse_json(text_in(view, "private_metadata"));
  if (!kept || text_in(*kept, "c").empty()) return std::nullopt;
  return modal_origin(std::string(text_in(*kept, "c")), std::string(text_in(*kept, "r")),
                      std::string(text_in(*kept, "t")), is_true_in(*kept, "d"));
}

filled_form read_submission(const nlohmann::json& view, const command_spec& spec) {
  const json& values = object_in(object_in(view, "state"), "values");
  return read_form(spec, [&values](const parameter& each) { return value_of(values, each); });
}

nlohmann::json error_payload(const filled_form& of) {
  json told = json::object();
  for (const form_error& each : of.errors) {
    told[std::string(block_start) + each.parameter] =
        shortened(repaired_utf8(each.what), most_in_error);
  }
  return {{"response_action", "errors"}, {"errors", std::move(told)}};
}

}  // namespace mynah::slack
