// SPDX-License-Identifier: Apache-2.0
#include "members.hpp"

#include <iterator>
#include <utility>

namespace mynah::irc {

void members::compare_by(casemapping mapping) {
  if (mapping == mapping_) return;
  mapping_ = mapping;
  const auto old_channels = std::exchange(ours_, {});
  for (const auto& [folded_name, name] : old_channels) ours_.emplace(key(name), name);
  auto old_members = std::exchange(members_, {});
  for (auto& [folded_nick, each] : old_members) {
    const auto [place, is_new] = members_.try_emplace(key(each.nick));
    member& moved = place->second;
    // Two that are one now: nobody knows which of them has the account.
    moved.account = is_new ? each.account : "";
    moved.nick = each.nick;
    for (const std::string& channel : each.channels) {
      moved.channels.insert(key(old_channels.at(channel)));
    }
  }
}

void members::we_joined(std::string_view channel) {
  // Not for nothing: leaving looks at everybody.
  if (ours_.contains(key(channel))) we_left(channel);
  ours_.emplace(key(channel), channel);
}

void members::we_left(std::string_view channel) {
  const std::string left = key(channel);
  if (ours_.erase(left) == 0) return;
  for (auto each = members_.begin(); each != members_.end();) {
    each->second.channels.erase(left);
    each = each->second.channels.empty() ? members_.erase(each) : std::next(each);
  }
}

void members::joined(std::string_view nick, std::string_view channel) {
  const std::string where = key(channel);
  if (nick.empty() || !ours_.contains(where)) return;
  member& one = members_[key(nick)];
  one.nick = nick;
  one.channels.insert(where);
}

void members::left(std::string_view nick, std::string_view channel) {
  const auto found = members_.find(key(nick));
  if (found == members_.end()) return;
  found->second.channels.erase(key(channel));
  if (found->second.channels.empty()) members_.erase(found);
}

void members::quit(std::string_view nick) {
  members_.erase(key(nick));
}

void members::renamed(std::string_view from, std::string_view to) {
  auto moved = members_.extract(key(from));
  const std::string new_key = key(to);
  // Whoever was known by the new name cannot be it any more, also if we do not know who is.
  members_.erase(new_key);
  if (moved.empty() || to.empty()) return;
  moved.key() = new_key;
  moved.mapped().nick = to;
  members_.insert(std::move(moved));
}

void members::set_account(std::string_view nick, std::string_view account) {
  const auto found = members_.find(key(nick));
  if (found != members_.end()) found->second.account = account;
}

void members::forget_accounts() {
  for (auto& [nick, each] : members_) each.account.clear();
}

std::string_view members::account(std::string_view nick) const {
  const auto found = members_.find(key(nick));
  return found == members_.end() ? std::string_view() : std::string_view(found->second.account);
}

std::vector<std::string> members::shared_with(std::string_view nick) const {
  std::vector<std::string> channels;
  const auto found = members_.find(key(nick));
  if (found == members_.end()) return channels;
  for (const std::string& each : found->second.channels) channels.push_back(ours_.at(each));
  return channels;
}

std::string members::key(std::string_view name) const {
  return folded(name, mapping_);
}

}  // namespace mynah::irc
