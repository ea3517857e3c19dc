// SPDX-License-Identifier: Apache-2.0
#include "retraction.hpp"

#include <algorithm>

#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

bool is_of_retraction(const element& one, std::string_view name) noexcept {
  return one.is(name, ns::retract) || one.is(name, ns::old_retract);
}

bool is_moderation(const element& one) noexcept {
  return one.is("moderated", ns::moderate) || one.is("moderated", ns::old_moderate);
}

const element* find(const element& parent, std::string_view name) noexcept {
  const auto found =
      std::find_if(parent.children.begin(), parent.children.end(),
                   [name](const element& each) { return is_of_retraction(each, name); });
  return found == parent.children.end() ? nullptr : &*found;
}

// The same there, or in what a moderator has done.
const element* find_also_moderated(const element& parent, std::string_view name) noexcept {
  if (const element* const straight = find(parent, name)) return straight;
  for (const element& each : parent.children) {
    if (!is_moderation(each)) continue;
    if (const element* const inside = find(each, name)) return inside;
  }
  return nullptr;
}

}  // namespace

std::optional<std::string_view> taken_back_by(const element& message) noexcept {
  if (const element* const straight = find(message, "retract")) return straight->attr("id");
  for (const element& each : message.children) {
    if (!each.is("apply-to", ns::fasten)) continue;
    if (find_also_moderated(each, "retract") != nullptr) return each.attr("id");
  }
  return std::nullopt;
}

bool is_taken_back(const element& message) noexcept {
  return find_also_moderated(message, "retracted") != nullptr;
}

}  // namespace mynah::xmpp
