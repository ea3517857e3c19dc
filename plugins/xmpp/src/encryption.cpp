// SPDX-License-Identifier: Apache-2.0
#include "encryption.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "message_text.hpp"
#include "namespaces.hpp"

namespace mynah::xmpp {

namespace {

// Of these the version is the end of the namespace, and there may be others.
constexpr std::string_view omemo = "urn:xmpp:omemo:";

bool is_omemo(const element& one) noexcept {
  return one.name == "encrypted" && (one.ns == ns::old_omemo || one.ns.starts_with(omemo));
}

bool is_openpgp(const element& one) noexcept {
  return one.is("openpgp", ns::openpgp) || one.is("x", ns::old_openpgp);
}

}  // namespace

bool is_encrypted(const element& message) noexcept {
  return std::any_of(message.children.begin(), message.children.end(), [](const element& each) {
    return is_omemo(each) || is_openpgp(each) || each.is("encryption", ns::encryption);
  });
}

bool says_something_encrypted(const element& message) noexcept {
  if (!body_of(message).value_or(std::string_view()).empty()) return true;
  return std::any_of(message.children.begin(), message.children.end(), [](const element& each) {
    return is_openpgp(each) || (is_omemo(each) && each.child("payload", each.ns) != nullptr);
  });
}

bool encryption_talks::heard(std::string_view bare, time_point now) {
  const auto found = last_.find(bare);
  if (found != last_.end()) return now - std::exchange(found->second, now) >= pause;
  if (last_.size() >= most) {
    const auto is_over = [now](const auto& each) { return now - each.second >= pause; };
    if (std::erase_if(last_, is_over) == 0) last_.erase(last_.begin());
  }
  last_.emplace(std::string(bare), now);
  return true;
}

}  // namespace mynah::xmpp
