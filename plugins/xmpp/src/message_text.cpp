// SPDX-License-Identifier: Apache-2.0
#include "message_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <utility>
#include <vector>

#include <mynah/utf8.hpp>

#include "namespaces.hpp"

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

// Of the body, in one message: nobody answers more at once.
constexpr std::size_t most_ranges = 16;

/// A part of a text, in characters: from the first to before the second.
using range = std::pair<std::size_t, std::size_t>;

std::optional<std::size_t> number_in(std::string_view text) noexcept {
  std::size_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, bad] = std::from_chars(text.data(), end, number);
  if (bad != std::errc() || behind != end) return std::nullopt;
  return number;
}

// What of the body is there for clients that show no replies.
std::vector<range> repeated_in(const element& message) {
  std::vector<range> found;
  if (message.child("reply", ns::reply) == nullptr) return found;
  for (const element& fallback : message.children) {
    if (!fallback.is("fallback", ns::fallback) || fallback.attr("for") != ns::reply) continue;
    for (const element& part : fallback.children) {
      const auto from = number_in(part.attr("start"));
      const auto to = number_in(part.attr("end"));
      // Without both it would be all of the body, and of a reply there is something of its own.
      if (!part.is("body", ns::fallback) || !from || !to) continue;
      found.emplace_back(*from, *to);
      if (found.size() == most_ranges) return found;
    }
  }
  return found;
}

}  // namespace

std::string said_in(const element& message) {
  const std::string_view body = body_of(message).value_or(std::string_view());
  const std::vector<range> repeated = repeated_in(message);
  if (repeated.empty()) return std::string(body);
  std::string said;
  std::size_t number = 0;
  for (std::size_t at = 0; at < body.size(); ++number) {
    const std::size_t length = std::max<std::size_t>(utf8_length(body.substr(at)), 1);
    const bool is_repeated = std::any_of(
        repeated.begin(), repeated.end(),
        [number](const range& each) { return number >= each.first && number < each.second; });
    if (!is_repeated) said += body.substr(at, length);
    at += length;
  }
  return said;
}

std::optional<std::string_view> body_of(const element& message) noexcept {
  return text_of(message, "body");
}

std::optional<std::string_view> subject_of(const element& message) noexcept {
  return text_of(message, "subject");
}

}  // namespace mynah::xmpp
