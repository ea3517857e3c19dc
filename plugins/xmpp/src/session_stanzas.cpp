// SPDX-License-Identifier: Apache-2.0
// What comes to the session and is no talk: presence, questions, the roster, bookmarks; and what
// becomes of it in rooms.
#include "bookmarks.hpp"
#include "namespaces.hpp"
#include "session.hpp"

namespace mynah::xmpp {

void session::on_presence(const element& got, time_point now) {
  if (rooms_.presence(got, now)) return;
  const std::string_view type = got.attr("type");
  const auto from = jid::parse(got.attr("from"));
  if (!from || !own_ || from->bare_text() == own_->bare_text()) return;
  if (type == "subscribe" && options_.accept_subscriptions) {
    send(element("presence", ns::client)
             .set("to", std::string(from->bare_text()))
             .set("type", "subscribed"));
  } else if (type == "unavailable") {
    // The next answer goes to wherever they are then.
    talks_.gone(*from);
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
  if (!from || from->is_bare() || !own_ || from->bare_text() == own_->bare_text()) return false;
  principal who(options_.input, std::string(from->bare_text()), assurance::verified,
                std::string(from->bare_text()));
  if (rooms_.knows(*from)) {
    const occupant* const shown = rooms_.find(*from);
    who = speaker_in_room(from->to_string(), std::string(from->resource()),
                          shown == nullptr ? std::nullopt : shown->real);
  }
  if (!menu_.receive(got, *from, who, number, now)) return false;
  after_menu();
  return true;
}

void session::after_menu() {
  for (const element& each : menu_.take_stanzas()) send(each);
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
  const auto idle = std::chrono::duration_cast<std::chrono::seconds>(now - last_used_);
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
  for (rooms::happening& each : rooms_.take_news()) {
    if (each.own && each.type == event_type::join) {
      say_homeless(each.room);
      catch_up_with(each.room);
    }
    const auto room = jid::parse(each.room);
    std::string nick = each.who.nick;
    principal speaker = speaker_in_room(each.room + "/" + nick, nick, each.who.real);
    event one(each.type, address(options_.input, each.room, nick), std::move(speaker),
              std::move(each.text));
    one.origin = each.own ? event_origin::self : event_origin::person;
    one.to = room ? rooms_.nick(*room) : std::string();
    if (!each.what.empty()) one.meta.emplace_back("xmpp", std::move(each.what));
    events_.push_back(std::move(one));
  }
}

}  // namespace mynah::xmpp
