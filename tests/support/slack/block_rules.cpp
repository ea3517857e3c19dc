// SPDX-License-Identifier: Apache-2.0
#include "block_rules.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>

#include "identifiers.hpp"

namespace mynah_test::slack {

namespace {

class block_checker {
 public:
  explicit block_checker(surface where) : where_(where) {}

  void blocks(json& list);
  [[nodiscard]] const json& errors() const noexcept { return errors_; }
  [[nodiscard]] std::size_t text_characters() const noexcept { return characters_; }

 private:
  using keys = std::initializer_list<std::string_view>;

  void error(const std::string& what, const std::string& at) {
    errors_.push_back("[ERROR] " + what + " [json-pointer:" + at + "]");
  }
  bool object(const json& value, const std::string& at, keys known);
  void text_field(const json& in, const char* name, const std::string& at, std::size_t largest,
                  bool needed, bool plain_only = false);
  void text_object(const json& value, const std::string& at, std::size_t largest, bool plain_only);
  void string_field(const json& in, const char* name, const std::string& at, std::size_t largest,
                    bool needed, std::size_t smallest = 0);
  void one_of(const json& in, const char* name, const std::string& at, keys allowed);
  void url_field(const json& in, const char* name, const std::string& at, bool needed);

  void block(json& value, const std::string& at);
  void section(json& value, const std::string& at);
  void image(const json& value, const std::string& at, bool is_block);
  void context(const json& value, const std::string& at);
  void actions(json& value, const std::string& at);
  void input(json& value, const std::string& at);
  void element(json& value, const std::string& at, bool in_input);
  void options(const json& in, const char* name, const std::string& at, std::size_t largest,
               bool needed, bool overflow = false);
  void select(const json& value, const std::string& at, const std::string& type);
  void confirm(const json& in, const std::string& at);
  void rich_text(const json& value, const std::string& at);

  surface where_;
  json errors_ = json::array();
  std::set<std::string> block_ids_;
  std::set<std::string> action_ids_;
  std::size_t characters_ = 0;
  std::size_t markdown_ = 0;
  std::size_t made_ids_ = 0;
};

std::string type_of(const json& value) {
  if (!value.is_object()) return "";
  const auto found = value.find("type");
  return found != value.end() && found->is_string() ? found->get<std::string>() : "";
}

bool block_checker::object(const json& value, const std::string& at, keys known) {
  if (!value.is_object()) {
    error("must be an object", at);
    return false;
  }
  for (const auto& [key, ignored] : value.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      error("invalid additional property: " + key, at);
    }
  }
  return true;
}

void block_checker::string_field(const json& in, const char* name, const std::string& at,
                                 std::size_t largest, bool needed, std::size_t smallest) {
  const auto found = in.find(name);
  if (found == in.end()) {
    if (needed) error("missing required field: " + std::string(name), at);
    return;
  }
  const std::string here = at + "/" + name;
  if (!found->is_string()) return error("must be a string", here);
  const std::size_t length = characters(found->get_ref<const std::string&>());
  if (length > largest) {
    error("must be less than " + std::to_string(largest + 1) + " characters", here);
  }
  if (length < smallest)
    error("must be more than " + std::to_string(smallest - 1) + " characters", here);
}

void block_checker::one_of(const json& in, const char* name, const std::string& at, keys allowed) {
  const auto found = in.find(name);
  if (found == in.end()) return;
  if (!found->is_string() ||
      std::find(allowed.begin(), allowed.end(), found->get<std::string>()) == allowed.end()) {
    error("must be one of the allowed values", at + "/" + name);
  }
}

void block_checker::url_field(const json& in, const char* name, const std::string& at,
                              bool needed) {
  string_field(in, name, at, 3000, needed, 1);
  const auto found = in.find(name);
  if (found == in.end() || !found->is_string()) return;
  const auto& url = found->get_ref<const std::string&>();
  if (url.find("://") == std::string::npos && !url.starts_with("mailto:")) {
    error("must be a valid URL", at + "/" + name);
  }
}

void block_checker::text_object(const json& value, const std::string& at, std::size_t largest,
                                bool plain_only) {
  const std::string type = type_of(value);
  if (!object(value, at, {"type", "text", "emoji", "verbatim"})) return;
  if (type != "plain_text" && (plain_only || type != "mrkdwn")) {
    error("unsupported type: " + type + (plain_only ? ", must be plain_text" : ""), at + "/type");
  }
  if (type == "mrkdwn" && value.contains("emoji")) error("invalid additional property: emoji", at);
  if (type == "plain_text" && value.contains("verbatim")) {
    error("invalid additional property: verbatim", at);
  }
  string_field(value, "text", at, largest, true, 1);
  if (const auto text = value.find("text"); text != value.end() && text->is_string()) {
    characters_ += characters(text->get_ref<const std::string&>());
  }
}

void block_checker::text_field(const json& in, const char* name, const std::string& at,
                               std::size_t largest, bool needed, bool plain_only) {
  const auto found = in.find(name);
  if (found == in.end()) {
    if (needed) error("missing required field: " + std::string(name), at);
    return;
  }
  text_object(*found, at + "/" + name, largest, plain_only);
}

void block_checker::confirm(const json& in, const std::string& at) {
  const auto found = in.find("confirm");
  if (found == in.end()) return;
  const std::string here = at + "/confirm";
  if (!object(*found, here, {"title", "text", "confirm", "deny", "style"})) return;
  text_field(*found, "title", here, 100, true, true);
  text_field(*found, "text", here, 300, true);
  text_field(*found, "confirm", here, 30, true, true);
  text_field(*found, "deny", here, 30, true, true);
  one_of(*found, "style", here, {"primary", "danger"});
}

void block_checker::options(const json& in, const char* name, const std::string& at,
                            std::size_t largest, bool needed, bool overflow) {
  const auto found = in.find(name);
  if (found == in.end()) {
    if (needed) error("missing required field: " + std::string(name), at);
    return;
  }
  const std::string here = at + "/" + name;
  if (!found->is_array()) return error("must be an array", here);
  if (found->empty()) error("must have at least 1 item", here);
  if (found->size() > largest) {
    error("no more than " + std::to_string(largest) + " items allowed", here);
  }
  std::size_t number = 0;
  for (const json& option : *found) {
    const std::string spot = here + "/" + std::to_string(number++);
    if (!object(option, spot, {"text", "value", "description", "url"})) continue;
    text_field(option, "text", spot, 75, true,
               in.value("type", "") != "radio_buttons" && in.value("type", "") != "checkboxes");
    string_field(option, "value", spot, 150, true, 1);
    text_field(option, "description", spot, 75, false);
    if (option.contains("url")) {
      if (overflow) {
        url_field(option, "url", spot, false);
      } else {
        error("invalid additional property: url", spot);
      }
    }
  }
}

void block_checker::select(const json& value, const std::string& at, const std::string& type) {
  const bool multi = type.starts_with("multi_");
  const std::string kind = multi ? type.substr(6) : type;
  if (kind == "static_select") {
    object(value, at,
           {"type", "action_id", "placeholder", "options", "option_groups", "initial_option",
            "initial_options", "confirm", "max_selected_items", "focus_on_load"});
    if (value.contains("options") == value.contains("option_groups")) {
      error("exactly one of options and option_groups is needed", at);
    }
    options(value, "options", at, 100, false);
    if (const auto groups = value.find("option_groups"); groups != value.end()) {
      if (!groups->is_array() || groups->empty() || groups->size() > 100) {
        error("must have 1 to 100 items", at + "/option_groups");
      } else {
        std::size_t number = 0;
        for (const json& group : *groups) {
          const std::string spot = at + "/option_groups/" + std::to_string(number++);
          if (!object(group, spot, {"label", "options"})) continue;
          text_field(group, "label", spot, 75, true, true);
          options(group, "options", spot, 100, true);
        }
      }
    }
  } else {
    object(
        value, at,
        {"type", "action_id", "placeholder", "initial_option", "initial_options",
         "min_query_length", "confirm", "max_selected_items", "focus_on_load", "initial_user",
         "initial_users", "initial_conversation", "initial_conversations", "initial_channel",
         "initial_channels", "default_to_current_conversation", "response_url_enabled", "filter"});
  }
  text_field(value, "placeholder", at, 150, false, true);
}

void block_checker::element(json& value, const std::string& at, bool in_input) {
  const std::string type = type_of(value);
  if (type.empty()) return error("missing required field: type", at);
  if (type == "image") {
    if (in_input) return error("unsupported type: image", at);
    return image(value, at, false);
  }
  const bool typed = type == "plain_text_input" || type == "number_input" ||
                     type == "email_text_input" || type == "url_text_input";
  if (typed) {
    if (!in_input) return error("unsupported type: " + type, at + "/type");
    object(value, at,
           {"type", "action_id", "placeholder", "initial_value", "multiline", "min_length",
            "max_length", "dispatch_action_config", "focus_on_load", "is_decimal_allowed",
            "min_value", "max_value"});
    text_field(value, "placeholder", at, 150, false, true);
    if (type == "number_input" && !value.contains("is_decimal_allowed")) {
      error("missing required field: is_decimal_allowed", at);
    }
  } else if (type == "button") {
    if (in_input) return error("unsupported type: button", at + "/type");
    object(
        value, at,
        {"type", "text", "action_id", "url", "value", "style", "confirm", "accessibility_label"});
    text_field(value, "text", at, 75, true, true);
    string_field(value, "value", at, 2000, false);
    if (value.contains("url")) url_field(value, "url", at, false);
    one_of(value, "style", at, {"primary", "danger"});
    string_field(value, "accessibility_label", at, 75, false);
  } else if (type == "overflow") {
    object(value, at, {"type", "action_id", "options", "confirm"});
    options(value, "options", at, 5, true, true);
  } else if (type == "radio_buttons" || type == "checkboxes") {
    object(value, at,
           {"type", "action_id", "options", "initial_option", "initial_options", "confirm",
            "focus_on_load"});
    options(value, "options", at, 10, true);
  } else if (type == "datepicker" || type == "timepicker" || type == "datetimepicker") {
    object(value, at,
           {"type", "action_id", "placeholder", "initial_date", "initial_time", "initial_date_time",
            "timezone", "confirm", "focus_on_load"});
    text_field(value, "placeholder", at, 150, false, true);
  } else if (type.ends_with("_select") && (type.find("static_select") != std::string::npos ||
                                           type.find("external_select") != std::string::npos ||
                                           type.find("users_select") != std::string::npos ||
                                           type.find("conversations_select") != std::string::npos ||
                                           type.find("channels_select") != std::string::npos)) {
    select(value, at, type);
  } else {
    return error("unsupported type: " + type, at + "/type");
  }
  confirm(value, at);
  string_field(value, "action_id", at, 255, false, 1);
  if (!value.contains("action_id")) {
    value["action_id"] = "gen" + std::to_string(++made_ids_);
  } else if (value["action_id"].is_string() &&
             !action_ids_.insert(value["action_id"].get<std::string>()).second) {
    error("`action_id` `" + value["action_id"].get<std::string>() + "` already exists",
          at + "/action_id");
  }
}

void block_checker::section(json& value, const std::string& at) {
  object(value, at, {"type", "block_id", "text", "fields", "accessory", "expand"});
  if (!value.contains("text") && !value.contains("fields")) {
    error("missing required field: text", at);
  }
  text_field(value, "text", at, 3000, false);
  if (const auto fields = value.find("fields"); fields != value.end()) {
    if (!fields->is_array() || fields->empty()) {
      error("must have at least 1 item", at + "/fields");
    } else {
      if (fields->size() > 10) error("no more than 10 items allowed", at + "/fields");
      std::size_t number = 0;
      for (const json& field : *fields) {
        text_object(field, at + "/fields/" + std::to_string(number++), 2000, false);
      }
    }
  }
  if (value.contains("accessory")) element(value["accessory"], at + "/accessory", false);
}

void block_checker::image(const json& value, const std::string& at, bool is_block) {
  if (is_block) {
    object(value, at, {"type", "block_id", "image_url", "slack_file", "alt_text", "title"});
    text_field(value, "title", at, 2000, false, true);
  } else {
    object(value, at, {"type", "image_url", "slack_file", "alt_text"});
  }
  if (value.contains("image_url") == value.contains("slack_file")) {
    error("exactly one of image_url and slack_file is needed", at);
  }
  if (value.contains("image_url")) url_field(value, "image_url", at, false);
  string_field(value, "alt_text", at, 2000, true);
}

void block_checker::context(const json& value, const std::string& at) {
  object(value, at, {"type", "block_id", "elements"});
  const auto elements = value.find("elements");
  if (elements == value.end() || !elements->is_array() || elements->empty()) {
    return error("missing required field: elements", at);
  }
  if (elements->size() > 10) error("no more than 10 items allowed", at + "/elements");
  std::size_t number = 0;
  for (const json& item : *elements) {
    const std::string spot = at + "/elements/" + std::to_string(number++);
    if (type_of(item) == "image") {
      image(item, spot, false);
    } else {
      text_object(item, spot, 3000, false);
    }
  }
}

void block_checker::actions(json& value, const std::string& at) {
  object(value, at, {"type", "block_id", "elements"});
  const auto elements = value.find("elements");
  if (elements == value.end() || !elements->is_array() || elements->empty()) {
    return error("missing required field: elements", at);
  }
  if (elements->size() > 25) error("no more than 25 items allowed", at + "/elements");
  std::size_t number = 0;
  for (json& item : *elements) {
    const std::string spot = at + "/elements/" + std::to_string(number++);
    if (type_of(item) == "image") {
      error("unsupported type: image", spot + "/type");
    } else {
      element(item, spot, false);
    }
  }
}

void block_checker::input(json& value, const std::string& at) {
  object(value, at,
         {"type", "block_id", "label", "element", "hint", "optional", "dispatch_action"});
  text_field(value, "label", at, 2000, true, true);
  text_field(value, "hint", at, 2000, false, true);
  if (!value.contains("element")) return error("missing required field: element", at);
  element(value["element"], at + "/element", true);
}

void block_checker::rich_text(const json& value, const std::string& at) {
  object(value, at, {"type", "block_id", "elements"});
  const auto elements = value.find("elements");
  if (elements == value.end() || !elements->is_array()) {
    return error("missing required field: elements", at);
  }
  std::size_t number = 0;
  for (const json& item : *elements) {
    const std::string spot = at + "/elements/" + std::to_string(number++);
    const std::string type = type_of(item);
    if (type != "rich_text_section" && type != "rich_text_list" &&
        type != "rich_text_preformatted" && type != "rich_text_quote") {
      error("unsupported type: " + type, spot + "/type");
    } else if (!item.contains("elements") || !item["elements"].is_array()) {
      error("missing required field: elements", spot);
    } else {
      for (const json& part : item["elements"]) {
        if (type_of(part) == "text" && part.contains("text") && part["text"].is_string()) {
          characters_ += characters(part["text"].get_ref<const std::string&>());
        }
      }
    }
  }
}

void block_checker::block(json& value, const std::string& at) {
  if (!value.is_object()) return error("must be an object", at);
  const std::string type = type_of(value);
  action_ids_.clear();
  string_field(value, "block_id", at, 255, false, 1);
  if (const auto id = value.find("block_id");
      id != value.end() && id->is_string() && !block_ids_.insert(id->get<std::string>()).second) {
    error("`block_id` `" + id->get<std::string>() + "` already exists", at + "/block_id");
  }
  if (type == "section") {
    section(value, at);
  } else if (type == "header") {
    object(value, at, {"type", "block_id", "text"});
    text_field(value, "text", at, 150, true, true);
  } else if (type == "divider") {
    object(value, at, {"type", "block_id"});
  } else if (type == "image") {
    image(value, at, true);
  } else if (type == "context") {
    context(value, at);
  } else if (type == "actions") {
    actions(value, at);
  } else if (type == "input") {
    input(value, at);
  } else if (type == "markdown" && where_ == surface::message) {
    object(value, at, {"type", "block_id", "text"});
    string_field(value, "text", at, 12'000, true, 1);
    if (value.contains("text") && value["text"].is_string()) {
      markdown_ += characters(value["text"].get_ref<const std::string&>());
      if (markdown_ > 12'000) error("markdown blocks are longer than 12000 characters", at);
    }
  } else if (type == "rich_text") {
    rich_text(value, at);
  } else {
    error("unsupported type: " + type, at + "/type");
  }
  if (!value.contains("block_id")) value["block_id"] = "b" + std::to_string(++made_ids_);
}

void block_checker::blocks(json& list) {
  const std::size_t largest = where_ == surface::message ? 50 : 100;
  if (list.size() > largest) {
    error("no more than " + std::to_string(largest) + " items allowed", "/blocks");
  }
  std::size_t number = 0;
  for (json& one : list) block(one, "/blocks/" + std::to_string(number++));
}

constexpr std::size_t block_characters = 13'000;
constexpr std::size_t view_bytes = 250'000;

void check_title(const json& view, const char* name, bool needed, json& errors) {
  const auto found = view.find(name);
  if (found == view.end() || found->is_null()) {
    if (needed) {
      errors.push_back("[ERROR] missing required field: " + std::string(name) +
                       " [json-pointer:/view]");
    }
    return;
  }
  const bool good = type_of(*found) == "plain_text" && found->contains("text") &&
                    (*found)["text"].is_string() && !(*found)["text"].get<std::string>().empty() &&
                    characters((*found)["text"].get_ref<const std::string&>()) <= 24;
  if (!good) {
    errors.push_back("[ERROR] must be plain_text of less than 25 characters [json-pointer:/view/" +
                     std::string(name) + "]");
  }
}

void check_length(const json& view, const char* name, std::size_t largest, json& errors) {
  const auto found = view.find(name);
  if (found == view.end() || found->is_null()) return;
  if (!found->is_string() || characters(found->get_ref<const std::string&>()) > largest) {
    errors.push_back("[ERROR] must be a string of less than " + std::to_string(largest + 1) +
                     " characters [json-pointer:/view/" + name + "]");
  }
}

}  // namespace

json checked_blocks(json blocks, surface where) {
  if (blocks.is_null()) return blocks;
  if (!blocks.is_array()) throw api_error("invalid_blocks_format");
  block_checker checker(where);
  checker.blocks(blocks);
  if (!checker.errors().empty()) {
    throw api_error("invalid_blocks", {{"errors", checker.errors()},
                                       {"response_metadata", {{"messages", checker.errors()}}}});
  }
  if (where == surface::message && checker.text_characters() > block_characters) {
    throw api_error("msg_blocks_too_long");
  }
  return blocks;
}

json checked_view(json view) {
  if (!view.is_object()) throw api_error::invalid_arguments("missing required field: view");
  if (view.dump(-1, ' ', false, json::error_handler_t::replace).size() > view_bytes) {
    throw api_error("view_too_large");
  }
  const std::string type = type_of(view);
  json errors = json::array();
  if (type != "modal" && type != "home") {
    errors.push_back("[ERROR] unsupported type: " + type + " [json-pointer:/view/type]");
  }
  if (type == "modal") {
    check_title(view, "title", true, errors);
    check_title(view, "submit", false, errors);
    check_title(view, "close", false, errors);
  }
  check_length(view, "private_metadata", 3000, errors);
  check_length(view, "callback_id", 255, errors);
  check_length(view, "external_id", 255, errors);
  if (!view.contains("blocks") || !view["blocks"].is_array()) {
    errors.push_back("[ERROR] missing required field: blocks [json-pointer:/view]");
  } else {
    block_checker checker(type == "home" ? surface::home : surface::modal);
    checker.blocks(view["blocks"]);
    for (const json& error : checker.errors()) errors.push_back(error);
    const bool has_input = std::any_of(view["blocks"].begin(), view["blocks"].end(),
                                       [](const json& block) { return type_of(block) == "input"; });
    if (type == "modal" && has_input && !view.contains("submit")) {
      errors.push_back(
          "[ERROR] missing required field: submit, for there is an input [json-pointer:/view]");
    }
  }
  if (!errors.empty()) {
    throw api_error("invalid_arguments", {{"response_metadata", {{"messages", errors}}}});
  }
  return view;
}

}  // namespace mynah_test::slack
