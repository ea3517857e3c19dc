// SPDX-License-Identifier: Apache-2.0
#include "button_value.hpp"

#include "json_fields.hpp"
#include "json_text.hpp"

namespace mynah::slack {

namespace {

using nlohmann::json;

const char* key_of(button_kind kind) noexcept {
  switch (kind) {
    case button_kind::command:
      return "c";
    case button_kind::answer:
      return "a";
    case button_kind::form:
      return "f";
    case button_kind::page:
      return "p";
  }
  return "c";
}

}  // namespace

std::string button_value::to_string() const {
  json made = {{key_of(kind), text}};
  if (!question.empty()) made["q"] = question;
  const std::string plain = made.dump(-1, ' ', true, json::error_handler_t::replace);
  // They can only stand in strings.
  std::string out;
  out.reserve(plain.size());
  for (const char c : plain) {
    switch (c) {
      case '&':
        out += "\\u0026";
        break;
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::optional<button_value> button_value::parse(std::string_view value) {
  if (!value.starts_with('{')) return std::nullopt;
  const auto read = parse_json(value);
  if (!read) return std::nullopt;
  for (const button_kind kind :
       {button_kind::command, button_kind::answer, button_kind::form, button_kind::page}) {
    const json* const text = field(*read, key_of(kind));
    if (text != nullptr && text->is_string()) {
      return button_value(kind, std::string(text_in(*read, key_of(kind))),
                          std::string(text_in(*read, "q")));
    }
  }
  return std::nullopt;
}

}  // namespace mynah::slack
