// SPDX-License-Identifier: Apache-2.0
#include "members.hpp"

#include <utility>

namespace mynah::irc {

void members::compare_by(casemapping mapping) {
  if (mapping == mapping_) return;
  mapping_ = mapping;
  const auto old_channels = std::exchange(ours_, {});
  for (const auto& [folded_name, name] : old_channels) ours_.emplace(key(name), name);
  auto old_members = std::exchange(members_, {});
  places_ = 0;
  for (auto& [folded_nick, each] : old_members) {
    const auto [place, is_new] = members_.try_emplace(key(each.nick));
    member& moved = place->second;
    // Two that are one now: nobody knows which of them has the account.
    moved.account = is_new ? each.account : "";
    moved.nick = each.nick;
    for (const std::string& channel : each.channels) {
      if (moved.channels.insert(key(old_channels.at(channel))).second) ++places_;
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
  for (auto each = members_.begin(); each != members_.end();) take_out(each++, left);
}

void members::joined(std::string_view nick, std::string_view channel) {
  const std::string where = key(channel);
  if (nick.empty() || !ours_.contains(where)) return;
  const std::string folded_nick = key(nick);
  auto found = members_.find(folded_nick);
  const bool is_new = found == members_.end() || !found->second.channels.contains(where);
  if (is_new) {
    if (places_ >= most_places) return;
    if (found == members_.end()) found = members_.try_emplace(folded_nick).first;
    found->second.channels.insert(where);
    ++places_;
  }
  found->second.nick = nick;
}

void members::left(std::string_view nick, std::string_view channel) {
  const auto found = members_.find(key(nick));
  if (found == members_.end()) return;
  take_out(found, key(channel));
}

void members::take_out(member_map::iterator one, const std::string& folded_channel) {
  places_ -= one->second.channels.erase(folded_channel);
  if (one->second.channels.empty()) members_.erase(one);
}

void members::quit(std::string_view nick) {
  forget(key(nick));
}

void members::forget(const std::string& folded_nick) {
  const auto found = members_.find(folded_nick);
  if (found == members_.end()) return;
  places_ -= found->second.channels.size();
  members_.erase(found);
}

void members::renamed(std::string_view from, std::string_view to) {
  if (to.empty()) {
    forget(key(from));
    return;
  }
  auto moved = members_.extract(key(from));
  const std::string new_key = key(to);
  // Whoever was known by the new name cannot be it any more, also if we do not know who is.
  forget(new_key);
  if (moved.empty()) return;
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
