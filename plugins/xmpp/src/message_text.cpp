// SPDX-License-Identifier: Apache-2.0
#include "message_text.hpp"

namespace mynah::xmpp {

namespace {

std::optional<std::string_view> text_of(const element& message, std::string_view name) noexcept {
  const element* chosen = nullptr;
  for (const element& each : message.children) {
    if (!each.is(name, message.ns)) continue;
    if (!each.has("xml:lang")) return each.text;
    if (chosen == nullptr) chosen = &each;
  }
  if (chosen == nullptr) return std::nullopt;
  return chosen->text;
}

}  // namespace

std::optional<std::string_view> body_of(const element& message) noexcept {
  return text_of(message, "body");
}

std::optional<std::string_view> subject_of(const element& message) noexcept {
  return text_of(message, "subject");
}

}  // namespace mynah::xmpp
