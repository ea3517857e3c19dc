// SPDX-License-Identifier: Apache-2.0
// What comes to the session and is no talk: presence, questions, the roster, bookmarks; and what
// becomes of it in rooms.
#include <mynah/reply.hpp>

#include "bookmarks.hpp"
#include "namespaces.hpp"
#include "session.hpp"
#include "stanza_error.hpp"

namespace mynah::xmpp {

namespace {

// That there is no way to somebody's server now says nothing about them.
bool is_gone_for_good(const element& refused) {
  const std::optional<stanza_error> why = stanza_error::read(refused);
  return why && (why->condition == "item-not-found" || why->condition == "gone");
}

}  // namespace

// A component's server sends it what is for its domain (XEP-0114, section 4). What a server that is
// set up badly, or hostile, sends besides is for somebody else: answered by us it would be forged.
bool session::is_astray(const element& got, time_point now) {
  if (!options_.component || !own_ || got.attr("to").empty()) return false;
  const auto to = jid::parse(got.attr("to"));
  if (to && to->domain() == own_->domain()) return false;
  if (const auto count = astray_.add(now)) {
    const std::string shown = sanitised(got.attr("to").substr(0, 200));
    const std::string times = std::to_string(*count);
    log_.warning("dropped what is not for this component", {{"to", shown}, {"count", times}});
  }
  return true;
}

void session::on_presence(const element& got, time_point now) {
  if (rooms_.presence(got, now)) return;
  const std::string_view type = got.attr("type");
  const auto from = jid::parse(got.attr("from"));
  if (!from || !own_ || is_own_account(*from)) return;
  if (options_.component) on_presence_for_component(got, *from);
  if (type == "subscribe" && options_.accept_subscriptions && !options_.component) {
    send_presence({}, from->bare_text(), "subscribed");
  } else if (type == "unavailable") {
    // The next answer goes to wherever they are then.
    talks_.gone(*from);
    states_.gone(from->to_string());
  }
}

// What its server does for an account (RFC 6121, sections 3.1.3, 3.3.3 and 4.3.2). Either everybody
// who asks may see that the bot is there, or nobody besides those who were told yes before.
void session::on_presence_for_component(const element& got, const jid& from) {
  const auto own = jid::parse(got.attr("to"));
  if (!own || own->domain() != own_->domain()) return;
  const std::string_view type = got.attr("type");
  const std::string_view here = own->bare_text();
  if (type == "subscribe" || type == "probe") {
    if (!options_.accept_subscriptions && !component_watchers_.sees(from, *own)) {
      send_presence(here, from.bare_text(), "unsubscribed");
      return;
    }
    if (type == "subscribe") send_presence(here, from.bare_text(), "subscribed");
    component_watchers_.watch(from, *own, options_.wall());
    send_presence(here, type == "probe" ? from.to_string() : from.bare_text(), {});
  } else if (type == "unsubscribe") {
    component_watchers_.unwatch(from, *own);
    send_presence(here, from.bare_text(), "unavailable");
  } else if (type == "unsubscribed" || (type == "error" && is_gone_for_good(got))) {
    component_watchers_.unwatch(from, *own);
  }
  if (component_watchers_.changed()) keep_soon();
}

void session::send_presence(std::string_view from, std::string_view to, std::string_view type) {
  element made("presence", ns::client);
  made.set("from", from).set("to", to).set("type", type);
  if (type.empty()) made.add(answers_.caps());
  send(made);
}

void session::tell_watchers(std::string_view type) {
  for (const auto& [who, addresses] : component_watchers_.all()) {
    for (const auto& [own, asked_at] : addresses) send_presence(own, who, type);
  }
}

// Whom the roster lets see our presence (RFC 6121, section 2.1.2.5).
void session::take_roster(const element& answer, bool all) {
  const element* const roster = answer.child("query", ns::roster);
  if (roster == nullptr) return;
  if (all) watchers_.clear();
  for (const element& each : roster->children) {
    const auto who = jid::parse(each.attr("jid"));
    if (!each.is("item", ns::roster) || !who) continue;
    const std::string_view how = each.attr("subscription");
    if (how == "from" || how == "both") {
      watchers_.insert(std::string(who->bare_text()));
    } else {
      watchers_.erase(std::string(who->bare_text()));
    }
  }
}

// Ad-hoc commands (XEP-0050): who asks is who the server says, in rooms as for talk.
bool session::on_menu(const element& got, std::uint64_t number, time_point now) {
  const auto from = jid::parse(got.attr("from"));
  if (!from || from->is_bare() || !own_ || is_own_account(*from)) return false;
  principal who(options_.input, std::string(from->bare_text()), assurance::verified,
                std::string(from->bare_text()));
  if (rooms_.is_said_in_one(*from)) {
    const occupant* const shown = rooms_.find(*from);
    const std::optional<jid> real = shown == nullptr ? std::nullopt : shown->real;
    if (real && is_own_account(*real)) return false;
    who = speaker_in_room(from->to_string(), std::string(from->resource()), real);
  }
  if (!menu_.receive(got, *from, who, number, now)) return false;
  if (const auto to = jid::parse(got.attr("to")); options_.component && to) {
    addresses_.written(*from, *to);
  }
  after_menu();
  return true;
}

void session::after_menu() {
  for (element& each : menu_.take_stanzas()) {
    // An account has one address only, and its server puts it there.
    if (!options_.component) each.set("from", "");
    send(each);
  }
  for (event& each : menu_.take_events()) {
    each.to = own_->local();
    events_.push_back(std::move(each));
  }
}

void session::on_iq(const element& got, std::uint64_t number, time_point now) {
  if (requests_.receive(got)) return;
  const std::string_view type = got.attr("type");
  if (type != "get" && type != "set") return;
  if (got.child("query", ns::roster) != nullptr && type == "set") {
    // Only the own account may tell us of it.
    const auto from = jid::parse(got.attr("from"));
    const bool own = got.attr("from").empty() || (own_ && from && *from == own_->bare());
    if (own) {
      take_roster(got, false);
      send(result_to(got));
      return;
    }
  }
  if (on_menu(got, number, now)) return;
  std::optional<std::chrono::seconds> idle;
  const auto from = jid::parse(got.attr("from"));
  if (got.attr("from").empty() || (from && may_see_us(*from, got))) {
    idle = std::chrono::duration_cast<std::chrono::seconds>(now - last_used_);
  }
  auto answer = answers_.answer(got, options_.wall(), idle);
  if (!answer) return;
  // Whichever address of the domain was asked.
  if (options_.component) answer->set("from", got.attr("to"));
  send(*answer);
}

// Rooms that clients of this account have marked.
void session::ask_bookmarks() {
  ask("get", "", bookmarks_query(), now_, [this](const result<element>& answer) {
    if (answer.has_value()) follow_bookmarks(bookmark_items(answer->child("pubsub", ns::pubsub)));
  });
}

void session::follow_bookmarks(const element* items) {
  if (items == nullptr) return;
  for (bookmark& each : read_bookmarks(*items)) {
    if (each.wanted) {
      rooms_.bookmarked(each.room, std::move(each.password), now_);
    } else {
      rooms_.not_bookmarked(each.room);
    }
  }
  after_rooms();
}

// Another client of the account has changed them. Whoever else says so is a forger.
bool session::on_bookmarks(const element& got, const jid& from) {
  const element* const event = got.child("event", ns::pubsub_event);
  if (event == nullptr || !options_.rooms.bookmarks || !own_ || from != own_->bare()) return false;
  const element* const items = bookmark_items(event);
  if (items != nullptr) {
    follow_bookmarks(items);
  } else if (takes_all_back(*event)) {
    rooms_.no_bookmarks();
  } else {
    return false;
  }
  return true;
}

void session::after_rooms() {
  for (const element& each : rooms_.take_stanzas()) send(each);
  for (const jid& each : rooms_.take_checks()) {
    ask("get", each.to_string(), element("ping", ns::ping), now_,
        [this, each](const result<element>& answer) {
          rooms_.checked(each, answer, now_);
          after_rooms();
        });
  }
  for (const rooms::inquiry& each : rooms_.take_inquiries()) {
    ask("get", each.whom.to_string(), element("query", ns::disco_info), now_,
        [this, room = each.room](const result<element>& answer) {
          rooms_.inquired(room, answer, now_);
          after_rooms();
        });
  }
  for (rooms::happening& each : rooms_.take_news()) {
    if (each.own && each.type == event_type::join) {
      say_homeless(each.room);
      catch_up_with(each.room);
    }
    const auto room = jid::parse(each.room);
    std::string nick = each.who.nick;
    const bool own = each.own || (each.who.real && is_own_account(*each.who.real));
    principal speaker = speaker_in_room(each.room + "/" + nick, nick, each.who.real);
    event one(each.type, address(options_.input, each.room, nick), std::move(speaker),
              std::move(each.text));
    one.origin = own ? event_origin::self : event_origin::person;
    one.to = room ? rooms_.nick(*room) : std::string();
    if (!each.what.empty()) one.meta.emplace_back("xmpp", std::move(each.what));
    events_.push_back(std::move(one));
  }
}

}  // namespace mynah::xmpp
