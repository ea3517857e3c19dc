// SPDX-License-Identifier: Apache-2.0
#include "members.hpp"

#include <iterator>
#include <utility>

namespace mynah::irc {

void members::we_joined(const std::string& channel) {
  we_left(channel);
  ours_.insert(channel);
}

void members::we_left(const std::string& channel) {
  ours_.erase(channel);
  for (auto each = members_.begin(); each != members_.end();) {
    each->second.channels.erase(channel);
    each = each->second.channels.empty() ? members_.erase(each) : std::next(each);
  }
}

void members::joined(const std::string& nick, const std::string& channel) {
  if (!nick.empty() && ours_.contains(channel)) members_[nick].channels.insert(channel);
}

void members::left(const std::string& nick, const std::string& channel) {
  const auto found = members_.find(nick);
  if (found == members_.end()) return;
  found->second.channels.erase(channel);
  if (found->second.channels.empty()) members_.erase(found);
}

void members::quit(const std::string& nick) {
  members_.erase(nick);
}

void members::renamed(const std::string& from, const std::string& to) {
  auto moved = members_.extract(from);
  if (from == to) {
    members_.insert(std::move(moved));
    return;
  }
  // Whoever was known by the new name cannot be it any more, also if we do not know who is.
  members_.erase(to);
  if (moved.empty() || to.empty()) return;
  moved.key() = to;
  members_.insert(std::move(moved));
}

void members::set_account(const std::string& nick, std::string_view account) {
  const auto found = members_.find(nick);
  if (found != members_.end()) found->second.account = account;
}

void members::forget_accounts() {
  for (auto& [nick, each] : members_) each.account.clear();
}

std::string_view members::account(const std::string& nick) const {
  const auto found = members_.find(nick);
  return found == members_.end() ? std::string_view() : std::string_view(found->second.account);
}

}  // namespace mynah::irc
