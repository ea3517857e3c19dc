// SPDX-License-Identifier: Apache-2.0
#include "command_form.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

bool is_blank(std::string_view value) noexcept {
  return value.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// What is wrong with how often there is a value for a parameter, or its field; empty if nothing.
std::string wrong_number(const parameter& declared, const data_form& submitted) {
  const std::size_t values = submitted.count_values(declared.name);
  // Where lines are values, several of them are what is meant.
  if (values > 1 && !declared.takes_rest) return more_than_one_value(values);
  const auto fields =
      std::count_if(submitted.fields.begin(), submitted.fields.end(),
                    [&declared](const form_field& each) { return each.var == declared.name; });
  return fields > 1 ? "is there twice" : std::string();
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

std::string more_than_one_value(std::size_t count) {
  return "must have one value, not " + std::to_string(count);
}

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

filled_form read_submission(const command_spec& spec, const data_form& submitted) {
  filled_form read =
      read_form(spec, [&submitted](const parameter& each) { return value_of(each, submitted); });
  std::vector<form_error> errors;
  for (const parameter& each : spec.parameters) {
    std::string wrong = wrong_number(each, submitted);
    if (!wrong.empty()) {
      errors.emplace_back(each.name, std::move(wrong));
      continue;
    }
    const auto other =
        std::find_if(read.errors.begin(), read.errors.end(),
                     [&each](const form_error& one) { return one.parameter == each.name; });
    if (other != read.errors.end()) errors.push_back(std::move(*other));
  }
  read.errors = std::move(errors);
  return read;
}

}  // namespace mynah::xmpp
