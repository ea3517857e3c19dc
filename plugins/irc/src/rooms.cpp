// SPDX-License-Identifier: Apache-2.0
#include "rooms.hpp"

#include <algorithm>

#include <mynah/duration.hpp>

#include "join_lines.hpp"
#include "join_refusal.hpp"
#include "utf8.hpp"

namespace mynah::irc {

namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr int most_rejoins = 3;
// Whoever was in that long before being kicked out is not in a fight.
constexpr minutes settled_after{10};
// The JOIN may wait in the queue for a while, and servers may swallow it ("try again").
constexpr minutes answer_limit{30};
// Invitations: everybody can send them, so only so many are followed.
constexpr seconds invitation_pause{10};
constexpr std::size_t invitation_burst = 5;
constexpr minutes invitation_window{1};
// Names in one log line.
constexpr std::size_t most_names = 10;

}  // namespace

rooms::rooms(const session_options& options, logger log)
    : options_(options), log_(std::move(log)) {}

void rooms::server_said(const isupport& server) {
  const bool other_keys = server.mapping != server_.mapping;
  server_ = server;
  if (!other_keys) return;
  room_map old = std::exchange(rooms_, {});
  due_.clear();
  for (auto& [old_key, each] : old) {
    const auto [place, is_new] = rooms_.try_emplace(key(each.name), each);
    if (is_new) continue;
    // Two that are one now: the configured one, and in it if we are in either.
    room& kept = place->second;
    if (each.configured && !kept.configured) std::swap(kept, each);
    if (each.where != state::inside || kept.where == state::inside) continue;
    kept.where = state::inside;
    kept.joined_at = each.joined_at;
    kept.due.reset();
  }
  for (const auto& [new_key, each] : rooms_) {
    if (each.due) due_.emplace(*each.due, new_key);
  }
}

void rooms::start(time_point now) {
  if (started_) return;
  started_ = true;
  for (const channel_entry& each : options_.channels) {
    // Somebody may have put us there already.
    room& place = rooms_.try_emplace(key(each.name), each.name).first->second;
    place.key = each.key;
    place.configured = true;
  }
  std::vector<std::string> wanted;
  std::set<std::string> taken;
  for (const channel_entry& each : options_.channels) {
    const std::string folded_name = key(each.name);
    const auto found = rooms_.find(folded_name);
    if (found == rooms_.end() || found->second.where != state::outside) continue;
    if (taken.insert(folded_name).second) wanted.push_back(folded_name);
  }
  ask(wanted, now);
}

rooms::time_point rooms::next_tick() const noexcept {
  return due_.empty() ? time_point::max() : due_.begin()->first;
}

void rooms::tick(time_point now) {
  std::vector<std::string> wanted;
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto found = rooms_.find(due_.begin()->second);
    if (key(trying_) == found->first) trying_.clear();
    if (found->second.configured) {
      wanted.push_back(found->first);
      set_due(*found, std::nullopt);
    } else {
      forget(found);  // invited, and the server never answered
    }
  }
  ask(wanted, now);
}

void rooms::ask(const std::vector<std::string>& keys, time_point now) {
  std::vector<room_map::value_type*> wanted;
  for (const bool with_key : {true, false}) {
    for (const std::string& each : keys) {
      const auto found = rooms_.find(each);
      if (found == rooms_.end() || found->second.key.empty() == with_key) continue;
      found->second.where = state::outside;
      wanted.push_back(&*found);
    }
  }
  std::vector<channel_entry> channels;
  std::vector<std::size_t> left = left_of_limits();
  for (room_map::value_type* const each : wanted) {
    room& place = each->second;
    const std::optional<std::size_t> limit = limit_of(place.name);
    if (limit && left[*limit] == 0) {
      set_due(*each, std::nullopt);
      if (!std::exchange(place.beyond, true)) beyond_.push_back(place.name);
      continue;
    }
    if (limit) --left[*limit];
    place.where = state::asked;
    set_due(*each, now + answer_limit);
    channels.emplace_back(place.name, place.key);
  }
  for (std::string& line : join_lines(channels, server_.join_targets)) {
    lines_.push_back(std::move(line));
  }
  try_beyond(now);
}

void rooms::try_beyond(time_point now) {
  while (trying_.empty() && !beyond_.empty()) {
    const auto found = rooms_.find(key(beyond_.front()));
    beyond_.pop_front();
    if (found == rooms_.end()) continue;
    room& place = found->second;
    if (!std::exchange(place.beyond, false) || place.where != state::outside) continue;
    trying_ = place.name;
    place.where = state::asked;
    set_due(*found, now + answer_limit);
    for (std::string& line : join_lines({channel_entry(place.name, place.key)}, 1)) {
      lines_.push_back(std::move(line));
    }
  }
}

void rooms::answered(std::string_view channel, time_point now) {
  if (key(trying_) != key(channel)) return;
  trying_.clear();
  try_beyond(now);
}

void rooms::leave_out_beyond(std::string_view refused) {
  const std::optional<std::size_t> limit = limit_of(refused);
  std::size_t left_out = 0;
  std::string names;
  for (const std::string& name : std::exchange(beyond_, {})) {
    const auto found = rooms_.find(key(name));
    if (found == rooms_.end() || !found->second.beyond) continue;
    if (limit_of(name) != limit) {
      beyond_.push_back(name);
      continue;
    }
    found->second.beyond = false;
    found->second.refused_with = 405;
    if (++left_out <= most_names) names += (names.empty() ? "" : ",") + decoded(name);
    if (!found->second.configured) forget(found);
  }
  if (left_out == 0) return;
  if (left_out > most_names) names += ",...";
  const std::string count = std::to_string(left_out);
  log_.error("the server allows no more channels; the rest of them is not joined",
             {{"left_out", count}, {"channels", names}, {"remedy", join_refusal::of(405).remedy}});
}

std::vector<std::size_t> rooms::left_of_limits() const {
  std::vector<std::size_t> left;
  for (const isupport::channel_limit& limit : server_.channel_limits) left.push_back(limit.most);
  for (const auto& [folded_name, each] : rooms_) {
    if (each.where == state::outside) continue;
    const std::optional<std::size_t> limit = limit_of(each.name);
    if (limit && left[*limit] > 0) --left[*limit];
  }
  return left;
}

std::optional<std::size_t> rooms::limit_of(std::string_view channel) const {
  for (std::size_t i = 0; i < server_.channel_limits.size(); ++i) {
    if (server_.channel_limits[i].types.find(channel.front()) != std::string::npos) return i;
  }
  return std::nullopt;
}

bool rooms::we_joined(std::string_view channel, time_point now) {
  const std::string folded_name = key(channel);
  if (rooms_.size() >= options_.channels.size() + most_unasked && !rooms_.contains(folded_name)) {
    if (!std::exchange(told_of_too_many_, true)) {
      log_.warning("put into too many channels; the rest of them is not kept");
    }
    return false;
  }
  const auto place = rooms_.try_emplace(folded_name, std::string(channel)).first;
  room& joined = place->second;
  joined.name = channel;
  joined.where = state::inside;
  joined.joined_at = now;
  joined.refusals = 0;
  joined.refused_with = 0;
  set_due(*place, std::nullopt);
  const std::string shown = decoded(channel);
  log_.info("joined", {{"channel", shown}});
  answered(channel, now);
  return true;
}

void rooms::we_left(std::string_view channel) {
  const auto found = rooms_.find(key(channel));
  if (found == rooms_.end()) return;
  const std::string shown = decoded(found->second.name);
  if (!found->second.configured) {
    forget(found);
    log_.info("left", {{"channel", shown}});
    return;
  }
  found->second.where = state::outside;
  set_due(*found, std::nullopt);
  log_.warning("made to leave a channel; not coming back unless invited", {{"channel", shown}});
}

void rooms::we_were_kicked(const message& got, time_point now) {
  const auto found = rooms_.find(key(got.param(0)));
  if (found == rooms_.end()) return;
  room& place = found->second;
  const bool was_settled = place.where == state::inside && now - place.joined_at >= settled_after;
  place.where = state::outside;
  set_due(*found, std::nullopt);
  if (was_settled) place.kicks = 0;

  std::string then = "not coming back: it is not a configured channel";
  if (place.configured && !options_.rejoin) {
    then = "not coming back unless invited, as the settings say";
  } else if (place.configured && place.kicks >= most_rejoins) {
    then = "not coming back unless invited: kicked too often";
  } else if (place.configured) {
    // Back after a pause, longer each time.
    const auto pause = options_.rejoin_delay * (1 << place.kicks);
    ++place.kicks;
    set_due(*found, now + pause);
    then = "coming back in " + format_duration(pause);
  }
  const std::string by = decoded(message_source::parse(got.source).nick);
  const std::string channel = decoded(place.name);
  const std::string text = decoded(got.param(2));
  log_.warning("kicked", {{"channel", channel}, {"by", by}, {"text", text}, {"then", then}});
  if (!place.configured) forget(found);
}

bool rooms::may_follow_another(time_point now) {
  while (!invitations_.empty() && now - invitations_.front() >= invitation_window) {
    invitations_.pop_front();
  }
  if (invitations_.size() >= invitation_burst) return false;
  invitations_.push_back(now);
  return true;
}

void rooms::invited(const message& got, time_point now) {
  const std::string_view channel = got.param(1);
  if (!started_) return;
  const std::string folded_name = key(channel);
  auto found = rooms_.find(folded_name);
  if (found != rooms_.end() && found->second.where == state::inside) return;
  const std::string shown = decoded(channel);
  const std::string by = decoded(got.source);
  const bool configured = found != rooms_.end() && found->second.configured;
  if (options_.invites == invite_policy::ignore ||
      (!configured && options_.invites == invite_policy::configured)) {
    // Not louder: everybody can send invitations.
    log_.debug("an invitation is ignored, as the settings say", {{"channel", shown}, {"by", by}});
    return;
  }
  if (configured) {
    room& place = found->second;
    if (place.invited_at && now - *place.invited_at < invitation_pause) return;
    place.invited_at = now;
    place.kicks = 0;
  } else {
    if (found != rooms_.end()) return;  // asked already
    if (!may_follow_another(now)) return;
    const auto followed =
        static_cast<std::size_t>(std::count_if(rooms_.begin(), rooms_.end(), [](const auto& entry) {
          return entry.second.by_invitation;
        }));
    if (followed >= options_.most_invited) {
      const std::string limit = std::to_string(options_.most_invited);
      log_.warning("an invitation is ignored: in too many channels by invitation",
                   {{"channel", shown}, {"by", by}, {"limit", limit}});
      return;
    }
    found = rooms_.try_emplace(folded_name, std::string(channel)).first;
    found->second.by_invitation = true;
  }
  log_.info("invited", {{"channel", shown}, {"by", by}});
  ask({folded_name}, now);
}

bool rooms::is_asked(std::string_view channel) const {
  const auto found = rooms_.find(key(channel));
  return found != rooms_.end() && found->second.where == state::asked;
}

void rooms::refused(const message& got, int numeric, time_point now) {
  const join_refusal& why = join_refusal::of(numeric);
  const std::string channel = decoded(got.param(1));
  const std::string code = std::to_string(numeric);
  const std::string text = decoded(got.last());
  const auto found = rooms_.find(key(got.param(1)));
  // Also an answer to something else, such as a message to a channel that does not exist.
  if (found == rooms_.end() || found->second.where != state::asked) {
    log_.warning("the server reports an error",
                 {{"numeric", code}, {"channel", channel}, {"text", text}});
    return;
  }
  room& place = found->second;
  const bool same_again = place.refused_with == numeric;
  place.where = state::outside;
  place.refused_with = numeric;
  ++place.refusals;
  set_due(*found, std::nullopt);
  std::string then = "given up";
  if (place.configured && why.what != join_refusal::kind::final) {
    const auto pause = why.delay(place.refusals);
    set_due(*found, now + pause);
    then = "trying again in " + format_duration(pause);
  }
  log_.log(same_again ? log_level::info : log_level::warning, "cannot join a channel",
           {{"channel", channel},
            {"numeric", code},
            {"text", text},
            {"then", then},
            {"remedy", why.remedy}});
  if (!place.configured) forget(found);
  if (numeric == 405) leave_out_beyond(got.param(1));
  answered(got.param(1), now);
}

void rooms::forwarded(const message& got, time_point now) {
  const auto found = rooms_.find(key(got.param(1)));
  if (found == rooms_.end() || found->second.where != state::asked) return;
  room& place = found->second;
  place.where = state::outside;
  place.refused_with = 470;
  ++place.refusals;
  set_due(*found, std::nullopt);
  std::string then = "given up";
  if (place.configured) {
    const auto pause = join_refusal::of(474).delay(place.refusals);
    set_due(*found, now + pause);
    then = "trying the first again in " + format_duration(pause);
  }
  const std::string channel = decoded(place.name);
  const std::string to = decoded(got.param(2));
  log_.warning("forwarded to another channel",
               {{"channel", channel},
                {"to", to},
                {"then", then},
                {"remedy", "configure the other one, or ask the operators of the first"}});
  if (!place.configured) forget(found);
  answered(got.param(1), now);
}

void rooms::logged_in(time_point now) {
  std::vector<std::string> wanted;
  for (auto& [folded_name, each] : rooms_) {
    if (each.where != state::outside || !each.due) continue;
    if (each.refused_with != 470 && each.refused_with != 473 && each.refused_with != 477) continue;
    wanted.push_back(folded_name);
  }
  ask(wanted, now);
}

std::string rooms::spelled(std::string_view channel) const {
  const auto known = rooms_.find(key(channel));
  return known != rooms_.end() ? known->second.name : std::string(channel);
}

std::size_t rooms::count() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(rooms_.begin(), rooms_.end(),
                    [](const auto& entry) { return entry.second.where == state::inside; }));
}

std::string rooms::key(std::string_view channel) const {
  return folded(channel, server_.mapping);
}

void rooms::set_due(room_map::value_type& entry, std::optional<time_point> when) {
  if (entry.second.due) due_.erase({*entry.second.due, entry.first});
  entry.second.due = when;
  if (when) due_.emplace(*when, entry.first);
}

void rooms::forget(room_map::iterator place) {
  set_due(*place, std::nullopt);
  rooms_.erase(place);
}

}  // namespace mynah::irc
