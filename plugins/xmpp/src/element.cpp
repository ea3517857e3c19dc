// SPDX-License-Identifier: Apache-2.0
#include "element.hpp"

#include <algorithm>

#include <mynah/utf8.hpp>

namespace mynah::xmpp {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

// Well-formed UTF-8 has no surrogates, and nothing past U+10FFFF.
bool is_allowed(char32_t point) noexcept {
  if (point < 0x20) return point == '\t' || point == '\n' || point == '\r';
  return point != 0xFFFE && point != 0xFFFF;
}

// Nearly all of what is written.
bool is_plain(char c) noexcept {
  return c >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '&' && c != '<' && c != '>' &&
         c != '\'' && c != '"';
}

enum class place : unsigned char { text, attribute };

void append_escaped(std::string& out, std::string_view text, place where = place::text) {
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_plain(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      out += replacement;
      text.remove_prefix(1);
      continue;
    }
    switch (text.front()) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '\'':
        out += "&apos;";
        break;
      case '"':
        out += "&quot;";
        break;
      // Readers make blanks of these in attributes.
      case '\n':
      case '\t':
        if (where == place::text) {
          out += text.front();
        } else {
          out += text.front() == '\n' ? "&#10;" : "&#9;";
        }
        break;
      // Readers make an LF of it.
      case '\r':
        out += "&#13;";
        break;
      default:
        out += is_allowed(utf8_code_point(text)) ? text.substr(0, length) : replacement;
    }
    text.remove_prefix(length);
  }
}

void append_value(std::string& out, std::string_view value) {
  append_escaped(out, value, place::attribute);
}

void append_xml(std::string& out, const element& one, std::string_view parent_ns) {
  // Has a prefix of its own and can have no other (Namespaces in XML 1.0, section 3).
  const bool is_xml = one.ns == "http://www.w3.org/XML/1998/namespace";
  const std::string_view own_ns = is_xml ? parent_ns : std::string_view(one.ns);
  const std::string_view prefix = is_xml ? "xml:" : "";
  out += '<';
  out += prefix;
  out += one.name;
  if (own_ns != parent_ns) {
    out += " xmlns='";
    append_value(out, one.ns);
    out += '\'';
  }
  for (const auto& [key, value] : one.attributes) {
    out += ' ';
    out += key;
    out += "='";
    append_value(out, value);
    out += '\'';
  }
  if (one.text.empty() && one.children.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  append_escaped(out, one.text);
  for (const element& inner : one.children) append_xml(out, inner, own_ns);
  out += "</";
  out += prefix;
  out += one.name;
  out += '>';
}

}  // namespace

std::string_view element::attr(std::string_view key) const noexcept {
  for (const auto& [name_of, value] : attributes) {
    if (name_of == key) return value;
  }
  return {};
}

bool element::has(std::string_view key) const noexcept {
  return std::any_of(attributes.begin(), attributes.end(),
                     [key](const attribute& each) { return each.first == key; });
}

const element* element::child(std::string_view a_name, std::string_view a_ns) const noexcept {
  for (const element& each : children) {
    if (each.is(a_name, a_ns)) return &each;
  }
  return nullptr;
}

std::string_view element::child_text(std::string_view a_name,
                                     std::string_view a_ns) const noexcept {
  const element* const found = child(a_name, a_ns);
  return found != nullptr ? std::string_view(found->text) : std::string_view();
}

element& element::set(std::string_view key, std::string_view value) & {
  const auto found = std::find_if(attributes.begin(), attributes.end(),
                                  [key](const attribute& each) { return each.first == key; });
  if (value.empty()) {
    if (found != attributes.end()) attributes.erase(found);
  } else if (found != attributes.end()) {
    found->second = value;
  } else {
    // Most have a few, and growing one by one moves them each time.
    if (attributes.empty()) attributes.reserve(4);
    attributes.emplace_back(key, value);
  }
  return *this;
}

element&& element::set(std::string_view key, std::string_view value) && {
  set(key, value);
  return std::move(*this);
}

element& element::add(element inner) & {
  children.push_back(std::move(inner));
  return *this;
}

element&& element::add(element inner) && {
  add(std::move(inner));
  return std::move(*this);
}

void element::rename(std::string_view old_ns, std::string_view new_ns) {
  if (ns == old_ns) ns = new_ns;
  for (element& inner : children) inner.rename(old_ns, new_ns);
}

std::string element::to_xml(std::string_view parent_ns) const {
  std::string out;
  out.reserve(256);
  append_xml(out, *this, parent_ns);
  return out;
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  append_escaped(out, text);
  return out;
}

}  // namespace mynah::xmpp
