// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mynah::xmpp {

/// An XML element: what stanzas are made of. Prefixes are gone; every element knows its namespace.
/// Mixed content does not occur in what a bot reads: `text` is all the character data directly in
/// it, in order.
///
///     element("message", ns::client).set("to", to).add(element("body", ns::client, "hello"));
///
/// Depth is bounded by who makes it (`stream_parser`), so that recursion over it is safe.
class element {
 public:
  using attribute = std::pair<std::string, std::string>;

  element() = default;
  element(std::string name, std::string_view ns, std::string text = {})
      : name(std::move(name)), ns(ns), text(std::move(text)) {}

  [[nodiscard]] bool is(std::string_view a_name, std::string_view a_ns) const noexcept {
    return name == a_name && ns == a_ns;
  }

  /// The value of an attribute, or an empty view. Without namespace: `to`; `xml:lang` for that.
  [[nodiscard]] std::string_view attr(std::string_view key) const noexcept;
  [[nodiscard]] bool has(std::string_view key) const noexcept;
  /// The first child of this name, or null.
  [[nodiscard]] const element* child(std::string_view a_name, std::string_view a_ns) const noexcept;
  /// The text of that child, or an empty view.
  [[nodiscard]] std::string_view child_text(std::string_view a_name,
                                            std::string_view a_ns) const noexcept;

  /// Sets an attribute; with an empty value it is left out.
  element& set(std::string_view key, std::string_view value) &;
  element&& set(std::string_view key, std::string_view value) &&;
  element& add(element inner) &;
  element&& add(element inner) &&;

  /// Of another namespace where it was of this one, with all that is in it.
  void rename(std::string_view old_ns, std::string_view new_ns);

  /// As XML within a parent of this namespace. Characters that XML does not allow become U+FFFD, so
  /// that nothing a command says can make a server close the stream (XML 1.0, section 2.2).
  [[nodiscard]] std::string to_xml(std::string_view parent_ns = {}) const;

  friend bool operator==(const element&, const element&) = default;

  std::string name;
  std::string ns;
  std::vector<attribute> attributes;
  std::string text;
  std::vector<element> children;
};

/// `text` as character data or, in single quotes, as the value of an attribute.
[[nodiscard]] std::string xml_escaped(std::string_view text);

}  // namespace mynah::xmpp
