// SPDX-License-Identifier: Apache-2.0
#include "stanza_error.hpp"

#include <array>
#include <utility>

#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::string_view undefined = "undefined-condition";

constexpr std::array<std::pair<error_type, std::string_view>, 5> type_names = {{
    {error_type::auth, "auth"},
    {error_type::cancel, "cancel"},
    {error_type::going_on, "continue"},
    {error_type::modify, "modify"},
    {error_type::wait, "wait"},
}};

// RFC 6120, section 8.3.3. What is not here is `cancel`.
constexpr std::array<std::pair<std::string_view, error_type>, 13> usual_types = {{
    {"bad-request", error_type::modify},
    {"forbidden", error_type::auth},
    {"jid-malformed", error_type::modify},
    {"not-acceptable", error_type::modify},
    {"not-authorized", error_type::auth},
    {"policy-violation", error_type::modify},
    {"recipient-unavailable", error_type::wait},
    {"redirect", error_type::modify},
    {"registration-required", error_type::auth},
    {"remote-server-timeout", error_type::wait},
    {"resource-constraint", error_type::wait},
    {"subscription-required", error_type::auth},
    {"unexpected-request", error_type::wait},
}};

error_type usual_type(std::string_view condition) noexcept {
  for (const auto& [name, type] : usual_types) {
    if (name == condition) return type;
  }
  return error_type::cancel;
}

error_type type_named(std::string_view name) noexcept {
  for (const auto& [type, known] : type_names) {
    if (known == name) return type;
  }
  return error_type::cancel;
}

// The children of both kinds of error differ in their namespace only.
template <class Error>
void read_children(const element& from, std::string_view ns, Error& into) {
  bool has_condition = false;
  for (const element& each : from.children) {
    if (each.ns != ns) {
      if (!into.application) into.application = each;
    } else if (each.name == "text") {
      into.text = each.text;
    } else if (!has_condition) {
      has_condition = true;
      into.condition = each.name;
      into.address = each.text;
    }
  }
}

template <class Error>
void add_children(const Error& from, std::string_view ns, element& into) {
  into.add(element(from.condition, ns, from.address));
  if (!from.text.empty()) into.add(element("text", ns, from.text));
  if (from.application) into.add(*from.application);
}

}  // namespace

std::string_view to_string(error_type type) noexcept {
  for (const auto& [known, name] : type_names) {
    if (known == type) return name;
  }
  return "cancel";
}

stanza_error::stanza_error(std::string_view condition, std::string text)
    : stanza_error(usual_type(condition), condition, std::move(text)) {}

stanza_error::stanza_error(error_type type, std::string_view condition, std::string text)
    : type(type), condition(condition), text(std::move(text)) {}

std::optional<stanza_error> stanza_error::read(const element& stanza) {
  if (stanza.attr("type") != "error") return std::nullopt;
  stanza_error made(error_type::cancel, undefined);
  const element* const said = stanza.child("error", stanza.ns);
  if (said == nullptr) return made;
  made.type = type_named(said->attr("type"));
  made.by = said->attr("by");
  read_children(*said, ns::stanzas, made);
  return made;
}

element stanza_error::to_element(std::string_view stanza_ns) const {
  element made("error", stanza_ns);
  made.set("type", to_string(type)).set("by", by);
  add_children(*this, ns::stanzas, made);
  return made;
}

element error_to(const element& stanza, const stanza_error& why) {
  element made(stanza.name, stanza.ns);
  made.set("type", "error").set("id", stanza.attr("id"));
  made.set("to", stanza.attr("from")).set("from", stanza.attr("to"));
  made.add(why.to_element(stanza.ns));
  return made;
}

bool may_be_refused(const element& stanza) noexcept {
  const std::string_view type = stanza.attr("type");
  return type != "error" && !(stanza.name == "iq" && type == "result");
}

stream_error::stream_error(std::string_view condition, std::string text)
    : condition(condition), text(std::move(text)) {}

std::optional<stream_error> stream_error::read(const element& stanza) {
  if (!stanza.is("error", ns::stream)) return std::nullopt;
  stream_error made(undefined);
  read_children(stanza, ns::streams, made);
  return made;
}

failure stream_error::to_failure() const {
  std::string words = "the server ended the stream: " + condition;
  if (condition == "conflict") words += ", another program uses this resource of the account";
  const bool worse = condition == "conflict" || condition == "policy-violation" ||
                     condition == "resource-constraint";
  return {worse ? errc::throttled : errc::closed, std::move(words), text};
}

element stream_error::to_element() const {
  element made("error", ns::stream);
  add_children(*this, ns::streams, made);
  return made;
}

}  // namespace mynah::xmpp
