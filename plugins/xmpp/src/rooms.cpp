// SPDX-License-Identifier: Apache-2.0
#include "rooms.hpp"

#include <algorithm>
#include <array>

#include <mynah/reply.hpp>

#include "namespaces.hpp"
#include "stanza_error.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::chrono::seconds answer_limit{60};
constexpr std::chrono::seconds first_pause{5};
constexpr std::chrono::minutes longest_pause{30};
// Who was in for so long is not in a fight.
constexpr std::chrono::minutes well_after{10};
constexpr int most_kicks = 5;
// Whoever threw us out of a room that is not configured has that long without us.
constexpr std::chrono::hours thrown_out_for{1};
constexpr std::size_t most_thrown_out = 1'000;

// Doubles with each time.
std::chrono::seconds pause_after(int times) {
  const auto doubled = first_pause * (1 << std::clamp(times - 1, 0, 16));
  return std::min<std::chrono::seconds>(doubled, longest_pause);
}

bool has_status(const element* about, std::string_view code) {
  return about != nullptr &&
         std::any_of(about->children.begin(), about->children.end(), [code](const element& each) {
           return each.is("status", ns::muc_user) && each.attr("code") == code;
         });
}

occupant read_occupant(std::string nick, const element* item) {
  occupant who(std::move(nick));
  if (item == nullptr) return who;
  who.affiliation = item->attr("affiliation");
  who.role = item->attr("role");
  if (auto real = jid::parse(item->attr("jid"))) who.real = std::move(*real);
  return who;
}

}  // namespace

rooms::rooms(room_options options, logger log)
    : options_(std::move(options)), log_(std::move(log)) {
  for (const room_entry& each : options_.entries) {
    room one(each.room.bare());
    one.password = each.password;
    one.configured = true;
    one.nick = options_.nick;
    rooms_.emplace(one.address.to_string(), std::move(one));
  }
}

void rooms::start(time_point now) {
  started_ = true;
  leaving_ = false;
  for (auto& [name, one] : rooms_) {
    if (one.configured) one.due = now;
  }
  ask_waiting(now);
}

void rooms::lost() {
  started_ = false;
  for (auto each = rooms_.begin(); each != rooms_.end();) {
    if (!each->second.configured) {
      each = rooms_.erase(each);
      continue;
    }
    outside(each->second, std::nullopt);
    ++each;
  }
  stanzas_.clear();
  checks_.clear();
  invitations_.clear();
  inquiries_.clear();
  while (!entering_.empty()) {
    const std::string name = entering_.begin()->first;
    tell_entered(name, failure(errc::closed, "the session ended"));
  }
}

void rooms::ask_waiting(time_point now) {
  auto asked =
      static_cast<std::size_t>(std::count_if(rooms_.begin(), rooms_.end(), [](const auto& each) {
        return each.second.where == state::asked;
      }));
  for (auto& [name, one] : rooms_) {
    if (asked >= most_joining) return;
    if (one.where != state::outside || !one.due || *one.due > now) continue;
    ask(one, now);
    ++asked;
  }
}

element rooms::presence_to(const room& one) const {
  element made("presence", ns::client);
  made.set("to", one.address.to_string() + "/" + one.nick);
  return made;
}

void rooms::ask(room& one, time_point now) {
  one.where = state::asked;
  one.live = false;
  one.due = now + answer_limit;
  one.people.clear();
  element entering("x", ns::muc);
  // What was said before is no business of ours: catching up has its own way.
  entering.add(element("history", ns::muc).set("maxstanzas", "0"));
  if (!one.password.empty()) entering.add(element("password", ns::muc, one.password));
  element made = presence_to(one).add(std::move(entering));
  if (!caps_.name.empty()) made.add(caps_);
  stanzas_.push_back(std::move(made));
}

bool rooms::presence(const element& got, time_point now) {
  const auto from = jid::parse(got.attr("from"));
  if (!from) return false;
  const auto found = rooms_.find(from->bare_text());
  if (found == rooms_.end()) return false;
  room& one = found->second;
  one.heard_at = now;
  const element* const about = got.child("x", ns::muc_user);
  if (got.attr("type") == "error") {
    on_refusal(one, got, now);
    ask_waiting(now);
    return true;
  }
  const bool own =
      has_status(about, "110") || (one.where != state::outside && from->resource() == one.nick);
  if (own) {
    on_own_presence(one, got, about, now);
    // Those that could not be asked before, because there were too many.
    ask_waiting(now);
  } else {
    on_occupant(one, *from, got, about);
  }
  return true;
}

void rooms::on_own_presence(room& one, const element& got, const element* about, time_point now) {
  if (got.attr("type") == "unavailable") {
    on_leaving(one, got, about, now);
    return;
  }
  if (!got.attr("type").empty()) return;
  const auto from = jid::parse(got.attr("from"));
  // The service may have given another nick (status 210).
  one.nick = from->resource();
  const element* const item = about == nullptr ? nullptr : about->child("item", ns::muc_user);
  one.people.insert_or_assign(one.nick, shown(one, one.nick, item));
  if (one.where == state::inside) return;
  one.where = state::inside;
  one.due.reset();
  one.refusals = 0;
  one.joined_at = now;
  one.checking = false;
  one.shows_addresses = has_status(about, "100");
  const std::string name = one.address.to_string();
  log_.info("in the room", {{"room", name}, {"nick", one.nick}});
  // A room that was made by this is locked until its owner accepts its configuration.
  const bool made = has_status(about, "201");
  if (made && !std::exchange(one.left_locked, false)) {
    log_.info("the room is new", {{"room", name}});
    stanzas_.push_back(
        element("iq", ns::client)
            .set("type", "set")
            .set("to", name)
            .set("id", "instant-" + name)
            .add(
                element("query", ns::muc_owner).add(element("x", ns::data).set("type", "submit"))));
  }
  happening here(event_type::join, name, one.people[one.nick], "");
  here.own = true;
  news_.push_back(std::move(here));
  tell_entered(name, made);
}

void rooms::on_leaving(room& one, const element& got, const element* about, time_point now) {
  const std::string name = one.address.to_string();
  const element* const item = about == nullptr ? nullptr : about->child("item", ns::muc_user);
  if (has_status(about, "303") && item != nullptr && !item->attr("nick").empty()) {
    const std::string old = std::exchange(one.nick, std::string(item->attr("nick")));
    one.people.erase(old);
    log_.info("the room gave us another nick", {{"room", name}, {"nick", one.nick}});
    return;
  }
  // Of a session before this one, with the same address, which the server has just ended: what we
  // asked for has not been answered yet.
  if (one.where != state::inside) return;
  if (leaving_) {
    outside(one, std::nullopt);
    return;
  }
  std::string why(item == nullptr ? std::string_view() : item->child_text("reason", ns::muc_user));
  if (why.empty()) why = got.child_text("status", ns::client);
  happening left(event_type::part, name, occupant(one.nick), why);
  left.own = true;
  std::optional<time_point> again;
  const element* const destroyed =
      about == nullptr ? nullptr : about->child("destroy", ns::muc_user);
  if (destroyed != nullptr) {
    why = destroyed->child_text("reason", ns::muc_user);
    left.text = why;
    left.what = "destroyed";
    again = now + longest_pause;
  } else if (has_status(about, "301")) {
    left.what = "banned";
  } else if (has_status(about, "307")) {
    left.what = "kicked";
    if (now - one.joined_at > well_after) one.kicks = 0;
    ++one.kicks;
    if (options_.rejoin && one.configured && one.kicks <= most_kicks) {
      again = now + pause_after(one.kicks);
    }
  } else if (has_status(about, "321") || has_status(about, "322")) {
    left.what = "members only";
    again = now + longest_pause;
  } else if (has_status(about, "332") || has_status(about, "333")) {
    left.what = "the room went away";
    again = now + first_pause;
  } else {
    again = now + first_pause;
  }
  const bool is_thrown_out = left.what == "banned" || left.what == "kicked";
  if (is_thrown_out && !one.configured && thrown_out_.size() < most_thrown_out) {
    thrown_out_.insert_or_assign(name, now + thrown_out_for);
  }
  const std::string shown = sanitised(why);
  const std::string how = left.what.empty() ? "left" : left.what;
  log_.warning("out of the room", {{"room", name}, {"how", how}, {"reason", shown}});
  news_.push_back(std::move(left));
  tell_entered(name, failure(errc::closed, "we are out of the room again", why));
  if (!one.configured) {
    rooms_.erase(name);
    return;
  }
  outside(one, again);
  if (!again) log_.warning("not going back there", {{"room", name}});
}

void rooms::outside(room& one, std::optional<time_point> again) {
  one.where = state::outside;
  one.live = false;
  one.due = again;
  one.people.clear();
  one.nick = options_.nick;
  one.nicks_tried = 0;
}

void rooms::on_refusal(room& one, const element& got, time_point now) {
  if (one.where != state::asked) return;
  const std::optional<stanza_error> why = stanza_error::read(got);
  const std::string condition = why ? why->condition : "undefined-condition";
  const std::string name = one.address.to_string();
  if (condition == "conflict" && one.nicks_tried < options_.alternative_nicks.size() + 3) {
    one.nick = another_nick(one);
    ++one.nicks_tried;
    ask(one, now);
    return;
  }
  const std::string said = why ? sanitised(why->text) : std::string();
  ++one.refusals;
  std::string meaning = condition;
  bool give_up = false;
  if (condition == "not-authorized") {
    meaning = "it wants another password";
    give_up = true;
  } else if (condition == "forbidden") {
    meaning = "we are banned there";
    give_up = true;
  } else if (condition == "not-allowed") {
    meaning = "there is no such room, and we may not make it";
  } else if (condition == "item-not-found") {
    meaning = "there is no such room";
  } else if (condition == "registration-required") {
    meaning = "it is for members only";
  } else if (condition == "service-unavailable") {
    meaning = "it is full";
  } else if (condition == "not-acceptable") {
    meaning = "it wants a registered nick";
    give_up = true;
  } else if (condition == "jid-malformed") {
    meaning = "its server does not take its address, or our nick";
    give_up = true;
  } else if (condition == "conflict") {
    meaning = "all our nicks are in use there";
  }
  tell_entered(name, failure(errc::not_sent, meaning, why ? why->text : std::string()));
  if (!one.configured) {
    const auto count = one.by_invitation ? in_vain_.add(now) : std::optional<std::uint64_t>(1);
    if (count) {
      const std::string times = std::to_string(*count);
      log_.warning("cannot go into the room",
                   {{"room", name}, {"reason", meaning}, {"said", said}, {"count", times}});
    }
    rooms_.erase(name);
    return;
  }
  const auto pause = give_up ? longest_pause : pause_after(one.refusals + 2);
  log_.warning("cannot go into the room; trying again later",
               {{"room", name}, {"reason", meaning}, {"said", said}});
  outside(one, now + pause);
}

std::string rooms::another_nick(const room& one) const {
  if (one.nicks_tried < options_.alternative_nicks.size()) {
    return options_.alternative_nicks[one.nicks_tried];
  }
  return one.nick + "_";
}

void rooms::on_occupant(room& one, const jid& from, const element& got, const element* about) {
  if (from.is_bare() || one.where == state::outside) return;
  const std::string nick(from.resource());
  const std::string name = one.address.to_string();
  const element* const item = about == nullptr ? nullptr : about->child("item", ns::muc_user);
  const auto known = one.people.find(nick);
  if (got.attr("type") == "unavailable") {
    occupant who = known != one.people.end() ? known->second : occupant(nick);
    if (known != one.people.end()) one.people.erase(known);
    happening left(event_type::part, name, std::move(who), "");
    if (item != nullptr) left.text = item->child_text("reason", ns::muc_user);
    if (left.text.empty()) left.text = got.child_text("status", ns::client);
    if (has_status(about, "303") && item != nullptr) {
      left.what = "nick";
      left.text = item->attr("nick");
    } else if (has_status(about, "301")) {
      left.what = "banned";
    } else if (has_status(about, "307")) {
      left.what = "kicked";
    }
    if (one.where == state::inside) news_.push_back(std::move(left));
    return;
  }
  if (!got.attr("type").empty()) return;
  if (known != one.people.end()) {
    known->second = shown(one, nick, item);
    return;
  }
  if (one.people.size() >= most_occupants) return;
  occupant who = shown(one, nick, item);
  one.people.emplace(nick, who);
  // Those who are there before us come before our own presence.
  if (one.where == state::inside) {
    news_.emplace_back(event_type::join, name, std::move(who), "");
  }
}

// Whoever invites chooses the room's service as well, and it could call anybody anything: it is
// believed only if it is one of those we have been told of.
bool rooms::believed(const room& one) const {
  if (!one.by_invitation) return true;
  const std::string_view service = one.address.domain();
  return std::any_of(options_.entries.begin(), options_.entries.end(),
                     [&](const room_entry& each) { return each.room.domain() == service; });
}

occupant rooms::shown(const room& one, const std::string& nick, const element* item) const {
  occupant who = read_occupant(nick, item);
  if (!believed(one)) who.real.reset();
  return who;
}

bool rooms::message(const element& got, const jid& from, bool history, time_point now) {
  const auto found = rooms_.find(from.bare_text());
  if (found != rooms_.end()) found->second.heard_at = now;
  if (found != rooms_.end() && got.attr("type") == "groupchat") {
    room& one = found->second;
    const element* const subject = got.child("subject", ns::client);
    // Its configuration was changed (XEP-0045, section 10.2.1).
    const element* const about = from.is_bare() ? got.child("x", ns::muc_user) : nullptr;
    if (has_status(about, "172")) one.shows_addresses = true;
    if (has_status(about, "173") || has_status(about, "174")) one.shows_addresses = false;
    const bool talk = got.child("body", ns::client) != nullptr;
    if (subject != nullptr && !talk) {
      const bool first = !one.live;
      one.live = true;
      if (!first && !history) {
        news_.emplace_back(event_type::topic, one.address.to_string(),
                           occupant(std::string(from.resource())), subject->text);
      }
      return true;
    }
    return false;
  }
  if (got.attr("type") == "error") return false;
  // XEP-0045, section 7.8.2: the room says who invites.
  if (const element* const about = got.child("x", ns::muc_user)) {
    if (const element* const invite = about->child("invite", ns::muc_user)) {
      invited(from.bare(), std::string(about->child_text("password", ns::muc_user)),
              std::string(invite->attr("from")), now);
      return true;
    }
    if (about->child("decline", ns::muc_user) != nullptr) return true;
  }
  // XEP-0249: whoever invites says it.
  if (const element* const direct = got.child("x", ns::conference)) {
    const auto room = jid::parse(direct->attr("jid"));
    if (!room) return false;
    invited(room->bare(), std::string(direct->attr("password")), from.to_string(), now);
    return true;
  }
  return false;
}

void rooms::enter(const jid& room_address, std::string password, time_point now) {
  const std::string name = room_address.bare().to_string();
  const auto [place, added] = rooms_.try_emplace(name, room_address.bare());
  room& one = place->second;
  if (added) one.nick = options_.nick;
  if (!password.empty()) one.password = std::move(password);
  if (one.where == state::outside && started_) ask(one, now);
}

void rooms::enter(const jid& room_address, std::string password, bool make, time_point now,
                  entered then) {
  if (!started_) {
    then(failure(errc::closed, "there is no session"));
    return;
  }
  if (inside(room_address)) {
    then(false);
    return;
  }
  const std::string name = room_address.bare().to_string();
  entering_[name].push_back(std::move(then));
  enter(room_address, std::move(password), now);
  rooms_.find(name)->second.left_locked = make;
}

void rooms::tell_entered(const std::string& name, const result<bool>& outcome) {
  const auto found = entering_.find(name);
  if (found == entering_.end()) return;
  const std::vector<entered> waiting = std::move(found->second);
  entering_.erase(found);
  for (const entered& each : waiting) each(outcome);
}

void rooms::leave(const jid& room_address, std::string_view why) {
  const auto found = rooms_.find(room_address.bare_text());
  if (found == rooms_.end()) return;
  room& one = found->second;
  if (one.where != state::outside) {
    element gone = presence_to(one).set("type", "unavailable");
    if (!why.empty()) gone.add(element("status", ns::client, std::string(why)));
    stanzas_.push_back(std::move(gone));
  }
  outside(one, std::nullopt);
  if (!one.configured) rooms_.erase(found);
}

void rooms::bookmarked(const jid& room_address, std::string password, time_point now) {
  const std::string name = room_address.to_string();
  if (rooms_.contains(name)) return;
  const auto marked = std::count_if(rooms_.begin(), rooms_.end(),
                                    [](const auto& each) { return each.second.by_bookmark; });
  if (static_cast<std::size_t>(marked) >= most_bookmarked) {
    log_.warning("there are more bookmarks than are followed", {{"room", name}});
    return;
  }
  enter(room_address, std::move(password), now);
  rooms_.find(name)->second.by_bookmark = true;
}

void rooms::not_bookmarked(const jid& room_address) {
  const room* const one = at(room_address);
  if (one == nullptr || !one->by_bookmark) return;
  const std::string name = one->address.to_string();
  log_.info("leaving the room, its bookmark is gone", {{"room", name}});
  leave(room_address, "");
}

void rooms::no_bookmarks() {
  std::vector<jid> marked;
  for (const auto& [name, one] : rooms_) {
    if (one.by_bookmark) marked.push_back(one.address);
  }
  for (const jid& each : marked) not_bookmarked(each);
}

void rooms::leave_all() {
  leaving_ = true;
  for (const auto& [name, one] : rooms_) {
    if (one.where != state::outside) {
      stanzas_.push_back(presence_to(one).set("type", "unavailable"));
    }
  }
}

void rooms::not_inside(std::string_view name, time_point now) {
  const auto found = rooms_.find(name);
  if (found == rooms_.end() || found->second.where != state::inside) return;
  log_.warning("we are not in the room any more", {{"room", found->first}});
  outside(found->second, now);
  ask_waiting(now);
}

void rooms::checked(const jid& own, const result<element>& answer, time_point now) {
  const auto found = rooms_.find(own.bare_text());
  if (found == rooms_.end() || found->second.where != state::inside) return;
  room& one = found->second;
  one.checking = false;
  one.heard_at = now;
  // Who cannot be reached has not said anything, and who does not know pings is there. That there
  // is no such occupant may mean a new nick of ours, or a room that was made anew: entering it
  // settles both.
  constexpr std::array<std::string_view, 4> tells_nothing = {
      "service-unavailable", "feature-not-implemented", "remote-server-not-found",
      "remote-server-timeout"};
  if (answer.has_value() || answer.error().code() != errc::not_sent ||
      std::find(tells_nothing.begin(), tells_nothing.end(), answer.error().message()) !=
          tells_nothing.end()) {
    return;
  }
  not_inside(own.bare_text(), now);
}

// When it is to be asked whether we are in it.
std::optional<rooms::time_point> rooms::check_at(const room& one) const noexcept {
  if (one.where != state::inside || one.checking || options_.silence.count() == 0) {
    return std::nullopt;
  }
  return one.heard_at + options_.silence;
}

const rooms::room* rooms::at(const jid& address) const {
  const auto found = rooms_.find(address.bare_text());
  return found == rooms_.end() ? nullptr : &found->second;
}

bool rooms::knows(const jid& room) const {
  return at(room) != nullptr;
}

bool rooms::is_said_in_one(const jid& from) const {
  const room* const one = at(from);
  return one != nullptr && (!one->by_invitation || one->where == state::inside);
}

bool rooms::live(const jid& address) const {
  const room* const one = at(address);
  return one != nullptr && one->where == state::inside && one->live;
}

bool rooms::inside(const jid& address) const {
  const room* const one = at(address);
  return one != nullptr && one->where == state::inside;
}

bool rooms::is_own(const jid& from) const {
  const room* const one = at(from);
  return one != nullptr && one->where != state::outside && from.resource() == one->nick;
}

std::string rooms::nick(const jid& address) const {
  const room* const one = at(address);
  return one == nullptr ? options_.nick : one->nick;
}

const occupant* rooms::find(const jid& from) const {
  const room* const one = at(from);
  if (one == nullptr) return nullptr;
  const auto found = one->people.find(from.resource());
  return found == one->people.end() ? nullptr : &found->second;
}

std::vector<occupant> rooms::occupants(const jid& address) const {
  std::vector<occupant> found;
  if (const room* const one = at(address)) {
    for (const auto& [nick, who] : one->people) found.push_back(who);
  }
  return found;
}

bool rooms::shows_addresses(const jid& address) const {
  const room* const one = at(address);
  return one != nullptr && one->where == state::inside && one->shows_addresses && believed(*one);
}

std::size_t rooms::count() const noexcept {
  return static_cast<std::size_t>(std::count_if(rooms_.begin(), rooms_.end(), [](const auto& each) {
    return each.second.where == state::inside;
  }));
}

rooms::time_point rooms::next_tick() const noexcept {
  time_point next = time_point::max();
  if (!started_) return next;
  std::size_t asked = 0;
  time_point first_due = time_point::max();
  for (const auto& [name, one] : rooms_) {
    if (one.where == state::asked) {
      ++asked;
      next = std::min(next, *one.due);
    } else if (one.where == state::outside && one.due) {
      first_due = std::min(first_due, *one.due);
    } else if (const auto check = check_at(one)) {
      next = std::min(next, *check);
    }
  }
  return asked < most_joining ? std::min(next, first_due) : next;
}

void rooms::tick(time_point now) {
  if (!started_) return;
  for (auto place = rooms_.begin(); place != rooms_.end();) {
    const std::string& name = place->first;
    room& one = (place++)->second;
    if (const auto check = check_at(one); check && *check <= now) {
      one.checking = true;
      if (const auto own = one.address.with_resource(one.nick)) checks_.push_back(*own);
    }
    if (one.where != state::asked || *one.due > now) continue;
    ++one.refusals;
    tell_entered(name, failure(errc::timed_out, "the room does not answer"));
    if (one.by_invitation) {
      // It may be none; others wait for its place.
      if (const auto count = in_vain_.add(now)) {
        const std::string times = std::to_string(*count);
        log_.warning("the room does not answer", {{"room", name}, {"count", times}});
      }
      rooms_.erase(std::prev(place));
      continue;
    }
    log_.warning("the room does not answer; trying again later", {{"room", name}});
    outside(one, now + pause_after(one.refusals + 2));
  }
  ask_waiting(now);
}

}  // namespace mynah::xmpp
