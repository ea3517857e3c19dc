// SPDX-License-Identifier: Apache-2.0
#include "rooms.hpp"

#include <algorithm>

#include "utf8.hpp"

namespace mynah::irc {

namespace {

constexpr int most_rejoins = 3;

}  // namespace

rooms::rooms(std::vector<channel_entry> wanted, std::chrono::milliseconds rejoin_delay, logger log)
    : wanted_(std::move(wanted)), rejoin_delay_(rejoin_delay), log_(std::move(log)) {}

void rooms::start(const isupport& server) {
  // The key list goes with the first channels of the list, so those with keys come first.
  std::vector<channel_entry> wanted;
  for (const bool with_key : {true, false}) {
    for (const channel_entry& each : wanted_) {
      if (each.key.empty() != with_key) wanted.push_back(each);
    }
  }
  std::string names;
  std::string keys;
  std::size_t count = 0;
  const auto flush = [&] {
    if (names.empty()) return;
    if (keys.empty()) {
      lines_.push_back(build("JOIN", {names}));
    } else {
      lines_.push_back(build("JOIN", {names, keys}));
    }
    names.clear();
    keys.clear();
    count = 0;
  };
  for (const channel_entry& each : wanted) {
    const std::size_t length =
        5 + names.size() + 1 + each.name.size() + 1 + keys.size() + 1 + each.key.size() + 2;
    if (length > longest_line || (server.join_targets != 0 && count >= server.join_targets)) {
      flush();
    }
    if (!names.empty()) names += ',';
    names += each.name;
    if (!each.key.empty()) {
      if (!keys.empty()) keys += ',';
      keys += each.key;
    }
    ++count;
    room place(each.name);
    place.key = each.key;
    rooms_.emplace(folded(each.name, server.mapping), std::move(place));
  }
  flush();
}

rooms::time_point rooms::next_tick() const noexcept {
  time_point next = time_point::max();
  for (const auto& [folded_name, each] : rooms_) {
    if (each.rejoin_at) next = std::min(next, *each.rejoin_at);
  }
  return next;
}

void rooms::tick(time_point now) {
  for (auto& [folded_name, each] : rooms_) {
    if (!each.rejoin_at || now < *each.rejoin_at) continue;
    each.rejoin_at.reset();
    if (each.key.empty()) {
      lines_.push_back(build("JOIN", {each.name}));
    } else {
      lines_.push_back(build("JOIN", {each.name, each.key}));
    }
  }
}

void rooms::we_joined(std::string_view channel, const isupport& server) {
  const auto known = rooms_.find(folded(channel, server.mapping));
  if (known != rooms_.end()) {
    known->second.name = channel;
    known->second.rejoins = 0;
  } else {
    rooms_.emplace(folded(channel, server.mapping), room(std::string(channel)));
  }
  const std::string shown = decoded(channel);
  log_.info("joined", {{"channel", shown}});
}

void rooms::we_left(std::string_view channel, const isupport& server) {
  rooms_.erase(folded(channel, server.mapping));
}

void rooms::we_were_kicked(const message& got, const isupport& server, time_point now) {
  const auto found = rooms_.find(folded(got.param(0), server.mapping));
  if (found == rooms_.end()) return;
  room& place = found->second;
  const std::string by = decoded(message_source::parse(got.source).nick);
  const std::string channel = decoded(place.name);
  const std::string text = decoded(got.last());
  log_.warning("kicked", {{"channel", channel}, {"by", by}, {"text", text}});
  // Back after a pause, longer each time, and not for ever.
  if (place.rejoins >= most_rejoins) return;
  ++place.rejoins;
  place.rejoin_at = now + rejoin_delay_ * (1 << (place.rejoins - 1));
}

void rooms::refused(const message& got, int numeric) {
  const std::string channel = decoded(got.param(1));
  const std::string code = std::to_string(numeric);
  const std::string text = decoded(got.last());
  log_.warning("cannot join a channel", {{"channel", channel}, {"numeric", code}, {"text", text}});
}

std::string rooms::spelled(std::string_view channel, const isupport& server) const {
  const auto known = rooms_.find(folded(channel, server.mapping));
  return known != rooms_.end() ? known->second.name : std::string(channel);
}

}  // namespace mynah::irc
