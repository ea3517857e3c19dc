// SPDX-License-Identifier: Apache-2.0
// Rooms that somebody invites the bot to.
#include <algorithm>

#include <mynah/reply.hpp>

#include "disco.hpp"
#include "namespaces.hpp"
#include "rooms.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::chrono::seconds invitation_pause{10};
// Places that are asked what they are at one time; of one inviter so few that they keep nobody out.
constexpr std::ptrdiff_t most_asked_for_one = 3;
constexpr std::size_t most_asked = 200;

// As an address, so that all devices of somebody count together.
std::string name_of_inviter(const std::string& by) {
  const auto who = jid::parse(by);
  return who ? std::string(who->bare_text()) : sanitised(by.substr(0, 200));
}

// Whether whoever gave this answer is a room, or a service with rooms (XEP-0045, section 6).
bool has_rooms(const element& answer) {
  const element* const query = answer.child("query", ns::disco_info);
  const auto info = query == nullptr ? std::nullopt : disco_info::read(*query);
  if (!info || !info->has(ns::muc)) return false;
  return std::any_of(info->identities().begin(), info->identities().end(),
                     [](const disco_identity& each) { return each.category == "conference"; });
}

}  // namespace

void rooms::invited(const jid& room, std::string password, const std::string& by, time_point now) {
  const std::string name = room.to_string();
  const std::string who = name_of_inviter(by);
  const auto found = rooms_.find(name);
  if (found != rooms_.end()) {
    auto& known = found->second;
    if (options_.invites == invite_policy::ignore || known.where != state::outside) return;
    // It helps into a room that did not let us in. Out of one that threw us out we stay as long as
    // we would without it, whoever wants us back. And whoever invites again and again does not make
    // us knock each time.
    if (known.refusals == 0) {
      not_following(name, who, "the room has not refused us", now);
      return;
    }
    if (known.invited_at && now - *known.invited_at < invitation_pause) {
      not_following(name, who, "we have just knocked there", now);
      return;
    }
    known.invited_at = now;
    log_.info("invited", {{"room", name}, {"by", who}});
    if (!password.empty() && known.password.empty()) known.password = std::move(password);
    ask(known, now);
    return;
  }
  const auto asked_for_them =
      std::count_if(invitations_.begin(), invitations_.end(),
                    [&who](const auto& each) { return each.second.by == who; });
  std::erase_if(thrown_out_, [now](const auto& each) { return each.second <= now; });
  if (const auto asked = invitations_.find(name); asked != invitations_.end()) {
    if (asked->second.password.empty()) asked->second.password = std::move(password);
  } else if (options_.invites != invite_policy::any) {
    not_following(name, who, "the settings do not allow it", now);
  } else if (room.local().empty() || room.domain() == options_.domain) {
    // What is at our own domain are people, or ourselves, and a domain alone is no room.
    not_following(name, who, "it is no room", now);
  } else if (thrown_out_.contains(name)) {
    not_following(name, who, "we were thrown out of there", now);
  } else if (guests() >= options_.invite_limit) {
    not_following(name, who, "we are in as many rooms as may be", now);
  } else if (asked_for_them >= most_asked_for_one || invitations_.size() >= most_asked) {
    not_following(name, who, "too many places are being asked what they are", now);
  } else {
    invitations_.emplace(name, invitation(std::move(password), who));
    inquiries_.emplace_back(room, room);
  }
}

void rooms::inquired(const jid& room, const result<element>& answer, time_point now) {
  const std::string name = room.to_string();
  const auto found = invitations_.find(name);
  if (found == invitations_.end()) return;
  // Not every room tells strangers what it is, or is there before somebody enters it.
  const bool refused = answer.has_error() && answer.error().code() == errc::not_sent;
  const auto service = jid::parse(room.domain());
  if (refused && service && !found->second.service_asked) {
    found->second.service_asked = true;
    inquiries_.emplace_back(room, *service);
    return;
  }
  const invitation one = std::move(found->second);
  invitations_.erase(found);
  // Somebody else had us go there, or it is all over.
  if (leaving_ || rooms_.contains(name)) return;
  if (answer.has_value() && has_rooms(*answer)) {
    follow(room, one, now);
  } else if (answer.has_value() || refused) {
    not_following(name, one.by, "it is no room", now);
  } else if (answer.error().code() != errc::closed) {
    not_following(name, one.by, "it does not tell what it is", now);
  }
}

std::size_t rooms::guests() const {
  return static_cast<std::size_t>(std::count_if(
      rooms_.begin(), rooms_.end(), [](const auto& each) { return each.second.by_invitation; }));
}

void rooms::follow(const jid& room, const invitation& one, time_point now) {
  const std::string name = room.to_string();
  if (guests() >= options_.invite_limit) {
    not_following(name, one.by, "we are in as many rooms as may be", now);
    return;
  }
  if (const auto told = followed_.add(one.by, now)) {
    const std::string times = std::to_string(told->count);
    log_.info("invited", {{"room", name}, {"by", told->by}, {"count", times}});
  }
  enter(room, one.password, now);
  rooms_.find(name)->second.by_invitation = true;
}

void rooms::not_following(const std::string& room, const std::string& by, std::string_view why,
                          time_point now) {
  const auto told = not_followed_.add(by, now);
  if (!told) return;
  const std::string times = std::to_string(told->count);
  log_.info("not following an invitation",
            {{"room", room}, {"reason", why}, {"by", told->by}, {"count", times}});
}

}  // namespace mynah::xmpp
