// SPDX-License-Identifier: Apache-2.0
#include <mynah/parameter.hpp>

#include <utility>

namespace mynah {

parameter::parameter(std::string name, std::string help, parameter_type type)
    : name(std::move(name)), help(std::move(help)), type(type) {}

parameter parameter::string(std::string name, std::string help) {
  return {std::move(name), std::move(help), parameter_type::string};
}
parameter parameter::integer(std::string name, std::string help) {
  return {std::move(name), std::move(help), parameter_type::integer};
}
parameter parameter::floating(std::string name, std::string help) {
  return {std::move(name), std::move(help), parameter_type::floating};
}
parameter parameter::boolean(std::string name, std::string help) {
  return {std::move(name), std::move(help), parameter_type::boolean};
}
parameter parameter::duration(std::string name, std::string help) {
  return {std::move(name), std::move(help), parameter_type::duration};
}
parameter parameter::choice(std::string name, std::vector<std::string> choices, std::string help) {
  parameter made(std::move(name), std::move(help), parameter_type::choice);
  made.choices = std::move(choices);
  return made;
}

parameter& parameter::flag() {
  is_flag = true;
  is_required = false;
  return *this;
}

parameter& parameter::required() {
  is_required = true;
  return *this;
}

parameter& parameter::optional() {
  is_required = false;
  return *this;
}

parameter& parameter::fallback(std::string value) {
  default_value = std::move(value);
  is_required = false;
  return *this;
}

parameter& parameter::rest() {
  takes_rest = true;
  return *this;
}

std::string parameter::usage() const {
  std::string value;
  if (type == parameter_type::choice) {
    for (const std::string& word : choices) {
      if (!value.empty()) value += '|';
      value += word;
    }
  } else {
    value = name;
  }
  if (!is_flag) {
    if (takes_rest) value += "...";
    return is_required ? "<" + value + ">" : "[" + value + "]";
  }
  std::string shown = "--" + name;
  switch (type) {
    case parameter_type::boolean:
      break;
    case parameter_type::integer:
    case parameter_type::floating:
      shown += " <number>";
      break;
    case parameter_type::duration:
      shown += " <duration>";
      break;
    case parameter_type::choice:
      shown += " <" + value + ">";
      break;
    case parameter_type::string:
      shown += " <text>";
      break;
  }
  return is_required ? shown : "[" + shown + "]";
}

std::string parameter::expected() const {
  switch (type) {
    case parameter_type::string:
      return "text";
    case parameter_type::integer:
      return "a whole number";
    case parameter_type::floating:
      return "a number such as 2.5";
    case parameter_type::boolean:
      return "yes or no";
    case parameter_type::duration:
      return "a duration such as 90s, 5m or 1h30m";
    case parameter_type::choice: {
      std::string text = "one of ";
      for (std::size_t i = 0; i < choices.size(); ++i) {
        if (i != 0) text += i + 1 == choices.size() ? " or " : ", ";
        text += choices[i];
      }
      return text;
    }
  }
  return {};
}

}  // namespace mynah
