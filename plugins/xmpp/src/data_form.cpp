// SPDX-License-Identifier: Apache-2.0
#include "data_form.hpp"

#include <array>
#include <utility>

#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::array<std::pair<form_type, std::string_view>, 4> type_names = {{
    {form_type::form, "form"},
    {form_type::submit, "submit"},
    {form_type::cancel, "cancel"},
    {form_type::result, "result"},
}};

// An element of this name for each line.
void add_lines(std::string_view lines, std::string_view name, element& into) {
  for (;;) {
    const std::size_t end = lines.find('\n');
    into.add(element(std::string(name), ns::data, std::string(lines.substr(0, end))));
    if (end == std::string_view::npos) return;
    lines.remove_prefix(end + 1);
  }
}

form_field read_field(const element& from) {
  form_field made;
  made.var = from.attr("var");
  made.type = from.attr("type");
  made.label = from.attr("label");
  for (const element& each : from.children) {
    if (each.ns != ns::data) continue;
    if (each.name == "desc") {
      made.description = each.text;
    } else if (each.name == "required") {
      made.required = true;
    } else if (each.name == "value") {
      made.values.push_back(each.text);
    } else if (each.name == "option") {
      made.options.emplace_back(std::string(each.child_text("value", ns::data)),
                                std::string(each.attr("label")));
    }
  }
  return made;
}

element field_element(const form_field& from) {
  element made("field", ns::data);
  made.set("var", from.var).set("type", from.type).set("label", from.label);
  if (!from.description.empty()) made.add(element("desc", ns::data, from.description));
  if (from.required) made.add(element("required", ns::data));
  for (const std::string& each : from.values) {
    if (from.type == "text-multi") {
      add_lines(each, "value", made);
    } else {
      made.add(element("value", ns::data, each));
    }
  }
  for (const form_option& each : from.options) {
    made.add(element("option", ns::data)
                 .set("label", each.label)
                 .add(element("value", ns::data, each.value)));
  }
  return made;
}

}  // namespace

form_option::form_option(std::string value, std::string label)
    : value(std::move(value)), label(std::move(label)) {}

form_field::form_field(std::string var, std::string type, std::string value)
    : var(std::move(var)), type(std::move(type)) {
  if (!value.empty()) values.push_back(std::move(value));
}

std::string_view form_field::value() const noexcept {
  return values.empty() ? std::string_view() : std::string_view(values.front());
}

std::string form_field::lines() const {
  std::string out;
  for (const std::string& each : values) {
    if (&each != &values.front()) out += '\n';
    out += each;
  }
  return out;
}

bool form_field::is_true() const noexcept {
  return value() == "1" || value() == "true";
}

std::optional<data_form> data_form::read(const element& x) {
  if (!x.is("x", ns::data)) return std::nullopt;
  std::optional<data_form> made;
  for (const auto& [type, name] : type_names) {
    if (x.attr("type") == name) made.emplace(type);
  }
  if (!made) return std::nullopt;
  bool has_instructions = false;
  for (const element& each : x.children) {
    if (each.ns != ns::data) continue;
    if (each.name == "title") {
      made->title = each.text;
    } else if (each.name == "instructions") {
      if (std::exchange(has_instructions, true)) made->instructions += '\n';
      made->instructions += each.text;
    } else if (each.name == "field") {
      made->fields.push_back(read_field(each));
    }
  }
  return made;
}

std::optional<data_form> data_form::find(const element& parent) {
  const element* const x = parent.child("x", ns::data);
  return x != nullptr ? read(*x) : std::nullopt;
}

element data_form::to_element() const {
  element made("x", ns::data);
  for (const auto& [known, name] : type_names) {
    if (known == type) made.set("type", name);
  }
  if (!title.empty()) made.add(element("title", ns::data, title));
  if (!instructions.empty()) add_lines(instructions, "instructions", made);
  for (const form_field& each : fields) made.add(field_element(each));
  return made;
}

data_form& data_form::add(form_field one) & {
  fields.push_back(std::move(one));
  return *this;
}

data_form&& data_form::add(form_field one) && {
  add(std::move(one));
  return std::move(*this);
}

const form_field* data_form::field(std::string_view var) const noexcept {
  for (const form_field& each : fields) {
    if (each.var == var) return &each;
  }
  return nullptr;
}

std::string_view data_form::value(std::string_view var) const noexcept {
  const form_field* const found = field(var);
  return found != nullptr ? found->value() : std::string_view();
}

std::size_t data_form::count_values(std::string_view var) const noexcept {
  std::size_t count = 0;
  for (const form_field& each : fields) {
    if (each.var == var) count += each.values.size();
  }
  return count;
}

}  // namespace mynah::xmpp
