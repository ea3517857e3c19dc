// SPDX-License-Identifier: Apache-2.0
#include "command_form.hpp"

#include <charconv>
#include <cstdint>
#include <string_view>
#include <utility>

#include <mynah/duration.hpp>

namespace mynah::xmpp {

namespace {

std::string_view field_type(const parameter& of) noexcept {
  switch (of.type) {
    case parameter_type::boolean:
      return "boolean";
    case parameter_type::choice:
      return "list-single";
    case parameter_type::string:
      return of.takes_rest ? "text-multi" : "text-single";
    case parameter_type::integer:
    case parameter_type::floating:
    case parameter_type::duration:
      break;
  }
  return "text-single";
}

bool says_yes(std::string_view text) noexcept {
  return text == "1" || text == "true" || text == "yes" || text == "on";
}

bool says_no(std::string_view text) noexcept {
  return text == "0" || text == "false" || text == "no" || text == "off";
}

template <class Number>
bool is_number(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool is_one_of(const std::vector<std::string>& choices, std::string_view text) {
  for (const std::string& each : choices) {
    if (each == text) return true;
  }
  return false;
}

bool fits(const parameter& declared, const std::string& value) {
  switch (declared.type) {
    case parameter_type::string:
      return true;
    case parameter_type::integer:
      return is_number<std::int64_t>(value);
    case parameter_type::floating:
      return is_number<double>(value);
    case parameter_type::boolean:
      return says_yes(value) || says_no(value);
    case parameter_type::duration:
      return parse_duration(value).has_value();
    case parameter_type::choice:
      return is_one_of(declared.choices, value);
  }
  return false;
}

std::string quoted(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool is_blank(std::string_view value) noexcept {
  return value.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The value of a parameter as the command line has it; nothing if none is given.
std::optional<std::string> value_of(const parameter& declared, const data_form& submitted) {
  const form_field* const field = submitted.field(declared.name);
  if (field == nullptr) return std::nullopt;
  std::string value = declared.takes_rest ? field->lines() : std::string(field->value());
  if (is_blank(value)) return std::nullopt;
  if (declared.type == parameter_type::boolean) {
    if (says_yes(value)) return "yes";
    if (says_no(value)) return "no";
  }
  return value;
}

}  // namespace

data_form form_of(const command_spec& spec, const data_form* given) {
  data_form made(form_type::form);
  made.title = spec.name;
  made.instructions = spec.description;
  for (const parameter& each : spec.parameters) {
    form_field field(each.name, std::string(field_type(each)));
    field.label = each.name;
    field.description = each.help;
    if (each.type != parameter_type::string && each.type != parameter_type::choice &&
        each.type != parameter_type::boolean) {
      field.description += (each.help.empty() ? "" : "; ") + each.expected();
    }
    field.required = each.is_required && !each.default_value;
    std::optional<std::string> value = each.default_value;
    if (given != nullptr) value = value_of(each, *given);
    if (each.type == parameter_type::boolean) {
      field.values.emplace_back(value && says_yes(*value) ? "1" : "0");
    } else if (value) {
      field.values.push_back(std::move(*value));
    }
    for (const std::string& choice : each.choices) field.options.emplace_back(choice);
    made.add(std::move(field));
  }
  return made;
}

result<std::string> line_of(const command_spec& spec, const data_form& submitted) {
  std::string line = spec.name;
  bool left_out = false;  // a positional one, so that the next does not stand in its place
  for (const parameter& each : spec.parameters) {
    const std::optional<std::string> value = value_of(each, submitted);
    if (!value) {
      if (each.is_required && !each.default_value) {
        return failure(errc::not_sent, each.name + " is missing");
      }
      if (!each.is_flag) left_out = true;
      continue;
    }
    if (!fits(each, *value)) {
      return failure(errc::not_sent, each.name + ": expected " + each.expected());
    }
    if (each.is_flag) {
      line += " --" + each.name + "=" + quoted(*value);
    } else if (!each.takes_rest) {
      line += " " + each.name + "=" + quoted(*value);
    }
  }
  // Goes on to the end of the line as it is, so nothing can stand behind it.
  for (const parameter& each : spec.parameters) {
    if (!each.takes_rest) continue;
    if (const std::optional<std::string> value = value_of(each, submitted)) {
      line += left_out ? " " + each.name + "=" + quoted(*value) : " -- " + *value;
    }
  }
  return line;
}

}  // namespace mynah::xmpp
