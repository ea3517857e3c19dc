// SPDX-License-Identifier: Apache-2.0
#include <mynah/filled_form.hpp>

#include <utility>

#include "core/parse_arguments.hpp"

namespace mynah {

std::string filled_form::complaint() const {
  std::string text;
  for (const form_error& each : errors) {
    if (!text.empty()) text += "; ";
    text.append(each.parameter).append(": ").append(each.what);
  }
  return text;
}

filled_form read_form(const command_spec& spec,
                      const std::function<std::optional<std::string>(const parameter&)>& value) {
  filled_form read;
  read.line = spec.name;
  bool left_out = false;  // a positional one, so that the next does not stand in its place
  std::optional<std::string> rest;
  std::string rest_name;
  for (const parameter& each : spec.parameters) {
    std::optional<std::string> given = value(each);
    if (!given) {
      if (each.is_required && !each.default_value)
        read.errors.emplace_back(each.name, "must be filled in");
      if (!each.is_flag) left_out = true;
    } else if (!core::parse_value(each, *given)) {
      read.errors.emplace_back(each.name, "expected " + each.expected());
    } else if (each.is_flag) {
      read.line += " --" + each.name + "=" + quoted_word(*given);
    } else if (each.takes_rest) {
      rest = std::move(given);
      rest_name = each.name;
    } else {
      read.line += " " + each.name + "=" + quoted_word(*given);
    }
  }
  // Goes on to the end of the line as it is, so nothing can stand behind it.
  if (rest) read.line += left_out ? " " + rest_name + "=" + quoted_word(*rest) : " -- " + *rest;
  return read;
}

std::string quoted_word(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace mynah
