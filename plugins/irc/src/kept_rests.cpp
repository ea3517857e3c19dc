// SPDX-License-Identifier: Apache-2.0
#include "kept_rests.hpp"

#include <algorithm>
#include <utility>

namespace mynah::irc {

namespace {

std::string key_of(const address& where) {
  // Names of inputs and threads hold no blanks.
  return where.input + " " + where.thread + " " + where.room;
}

template <class Map>
void make_room(Map& in, const std::string& key, std::size_t most) {
  if (in.size() < most || in.contains(key)) return;
  in.erase(std::min_element(in.begin(), in.end(), [](const auto& a, const auto& b) {
    return a.second.since < b.second.since;
  }));
}

}  // namespace

void kept_rests::heard(const address& where, const std::string& who, time_point now) {
  const std::string key = key_of(where);
  const std::scoped_lock lock(mutex_);
  make_room(speakers_, key, most_rooms);
  speakers_[key] = speaker{who, now};
}

bool kept_rests::can_keep(const address& where, bool direct) const {
  const std::scoped_lock lock(mutex_);
  return !direct || speakers_.contains(key_of(where));
}

void kept_rests::keep(const address& where, bool direct, reply rest, time_point now) {
  const std::string key = key_of(where);
  const std::scoped_lock lock(mutex_);
  entry kept;
  if (direct) {
    const auto found = speakers_.find(key);
    if (found == speakers_.end()) return;
    kept.owner = found->second.who;
  }
  kept.rest = std::move(rest);
  kept.since = now;
  make_room(rests_, key, most_rooms);
  rests_[key] = std::move(kept);
}

std::optional<reply> kept_rests::take(const address& where, const std::string& who,
                                      time_point now) {
  const std::scoped_lock lock(mutex_);
  const auto found = rests_.find(key_of(where));
  if (found == rests_.end()) return std::nullopt;
  if (now > found->second.since + kept_for) {
    rests_.erase(found);
    return std::nullopt;
  }
  if (!found->second.owner.empty() && found->second.owner != who) return std::nullopt;
  reply rest = std::move(found->second.rest);
  rests_.erase(found);
  return rest;
}

}  // namespace mynah::irc
