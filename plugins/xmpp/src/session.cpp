// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <algorithm>
#include <iterator>

#include <mynah/reply.hpp>

#include "bookmarks.hpp"
#include "delay.hpp"
#include "message_text.hpp"
#include "namespaces.hpp"
#include "stanza_error.hpp"
#include "styling.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::string_view caps_node = "https://mynah.invalid/bot";
constexpr std::size_t most_output = std::size_t{1} << 20U;
constexpr std::size_t most_arrived = 2'000;
constexpr std::size_t most_talks = 5'000;
constexpr std::chrono::seconds throttled_pause{2};
// Kept together: nothing is lost by reading an archive again from a little earlier.
constexpr std::chrono::seconds keep_heard_every{5};
// So that none of these can be taken for a number that the server counts.
constexpr std::uint64_t unmanaged_bit = std::uint64_t{1} << 63U;

bool is_stanza(const element& one) noexcept {
  return one.ns == ns::client &&
         (one.name == "message" || one.name == "presence" || one.name == "iq");
}

// Copies of what others said or heard, whoever claims to pass them on: never commands.
bool copies_others(const element& got) {
  return got.child("received", ns::carbons) != nullptr ||
         got.child("sent", ns::carbons) != nullptr || got.child("result", ns::mam) != nullptr ||
         got.child("forwarded", ns::forward) != nullptr;
}

// When a message was said that was kept by somebody; nothing for one that comes straight.
std::optional<session::wall_time> sent_at(const element& got) {
  const std::vector<delay_stamp> stamps = delays_of(got);
  if (stamps.empty()) return std::nullopt;
  session::wall_time first = stamps.front().time;
  for (const delay_stamp& each : stamps) first = std::min(first, each.time);
  return first;
}

// Parts of a message are `<stamp>`, `<stamp>-2`, ...
std::string part_id(const std::string& first, std::size_t index) {
  return index == 0 ? first : first + "-" + std::to_string(index + 1);
}

}  // namespace

session::session(session_options options, logger log)
    : options_(std::move(options)),
      log_(log),
      id_prefix_(options_.id_prefix),
      requests_(options_.id_prefix + "q"),
      answers_(options_.name, options_.version, std::string(caps_node)),
      menu_(options_.commands, options_.input, options_.token),
      rooms_(options_.rooms, log) {
  answers_.add_feature(std::string(ns::receipts));
  answers_.add_feature(std::string(ns::correct));
  answers_.add_feature(std::string(ns::markers));
  if (options_.show_typing) answers_.add_feature(std::string(ns::chat_states));
  if (options_.show_replies) answers_.add_feature(std::string(ns::reply));
  if (options_.rooms.bookmarks && !options_.component) {
    answers_.add_feature(std::string(ns::bookmarks) + "+notify");
  }
  if (menu_.has_commands()) answers_.add_feature(std::string(ns::commands));
  rooms_.set_caps(answers_.caps());
}

void session::remember(const std::vector<archive_position>& heard) {
  for (const archive_position& each : heard) missed_.heard(each.place, each.id, each.heard_at);
}

void session::keep_heard() {
  keep_heard_at_.reset();
  if (heard_.changed()) options_.keep_heard(heard_.take_changed());
}

std::optional<element> session::resumable() {
  if (!stream_.is_resumable()) return std::nullopt;
  return stream_.resume();
}

void session::connected(const negotiation& how, time_point now) {
  connected_ = true;
  failed_.reset();
  output_.clear();
  probed_at_.reset();
  now_ = last_heard_ = now;
  ack_asked_ = false;
  ack_due_ = false;
  resumed_ = how.done() == negotiation::outcome::resumed;
  states_.connected(resumed_, now);
  if (resumed_) {
    log_.info("the session goes on");
    acknowledged(stream_.resumed(*how.handled_before()));
    for (const kept_stanza& each : stream_.kept()) output_ += each.xml;
    if (how.can_indicate_state()) output_ += element("active", ns::csi).to_xml(ns::client);
    return;
  }
  // What the server had of the session before does not go again.
  if (how.handled_before()) acknowledged(stream_.acknowledged(*how.handled_before()));
  stream_.stop();
  managed_ = false;
  missed_.lost();
  requests_.lost();
  rooms_.lost();
  menu_.lost();
  receipts_.clear();
  own_ = how.bound();
  requests_.bound(*own_);
  began_ = options_.wall();
  if (how.managed()) {
    // Asked for with the session, and here is the answer.
    static_cast<void>(stream_.enable());
    managed_ = true;
    stream_.enabled(*how.managed());
  } else if (options_.manage_stream && how.can_manage()) {
    output_ += stream_.enable().to_xml(ns::client);
  }
  begin(now);
  if (how.can_indicate_state()) output_ += element("active", ns::csi).to_xml(ns::client);
}

void session::begin(time_point now) {
  if (!options_.component) {
    // So that the server tells of changes, too.
    ask("get", "", element("query", ns::roster), now, [this](const result<element>& answer) {
      if (answer.has_value()) take_roster(*answer, true);
    });
    send(element("presence", ns::client).add(answers_.caps()));
    // After the presence: what the server had kept for us is in the archive, too.
    catch_up_with({});
  }
  rooms_.start(now);
  after_rooms();
  if (options_.rooms.bookmarks && !options_.component) ask_bookmarks();
  send_again();
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

// What the last session had on its way, and nobody else will say again.
void session::send_again() {
  std::map<std::uint64_t, voyage> left;
  left.swap(voyages_);
  by_number_.clear();
  by_part_.clear();
  by_stamp_.clear();
  for (auto& [ticket, each] : left) {
    // With a stamp it comes again from whoever keeps it.
    if (!each.stamp.empty()) continue;
    // Nobody hears it before we are in the room.
    if (each.in_room) {
      auto& waiting = homeless_[each.addressee];
      std::move(each.parts.begin(), each.parts.end(), std::back_inserter(waiting));
      continue;
    }
    send_parts(each.parts);
  }
}

void session::send_parts(const std::vector<part>& parts) {
  for (const part& each : parts) {
    if (each.unacknowledged) write(each.xml);
  }
}

void session::say_homeless(const std::string& room) {
  const auto found = homeless_.find(room);
  if (found == homeless_.end()) return;
  const std::vector<part> parts = std::move(found->second);
  homeless_.erase(found);
  send_parts(parts);
}

void session::disconnected(bool cleanly) {
  connected_ = false;
  states_.disconnected();
  heard_.lost();
  output_.clear();
  if (cleanly) stream_.stop();
}

void session::heard(time_point now) noexcept {
  now_ = last_heard_ = now;
  probed_at_.reset();
}

void session::receive(const element& stanza, time_point now) {
  heard(now);
  if (on_management(stanza)) return;
  if (!is_stanza(stanza)) {
    if (stanza.is("error", ns::stream)) {
      const stream_error why = *stream_error::read(stanza);
      const bool conflict = why.condition == "conflict";
      failure ended(conflict ? errc::throttled : errc::closed,
                    "the server ended the stream: " + why.condition, why.text);
      stream_.stop();
      fail(std::move(ended));
    }
    return;
  }
  const counted_stanza counted = stream_.received();
  // Without stream management there is nothing to be told, but still each has its number.
  const std::uint64_t number = managed_ ? counted.number : unmanaged_bit | ++unmanaged_;
  const std::size_t before = events_.size();
  if (stanza.name == "message") {
    on_message(stanza, number, counted.repeated, now);
  } else if (stanza.name == "presence") {
    on_presence(stanza, now);
  } else {
    on_iq(stanza, number, now);
  }
  after_rooms();
  if (!held_) handled_unless_it_waits(number, counted.repeated, before);
  held_ = false;
}

// An event is counted when it is the bot's, everything else is done with now.
void session::handled_unless_it_waits(std::uint64_t number, bool repeated,
                                      std::size_t events_before) {
  const auto is_of_it = [number](const event& each) { return each.delivery == number; };
  const auto first = [&] {
    return events_.begin() + static_cast<std::ptrdiff_t>(std::min(events_before, events_.size()));
  };
  if (repeated) {
    // Without an id nobody could tell whether it was run already.
    const auto unknown = std::remove_if(first(), events_.end(), [&](const event& each) {
      return is_of_it(each) && each.id.empty();
    });
    events_.erase(unknown, events_.end());
  }
  if (std::none_of(first(), events_.end(), is_of_it)) handled(number);
}

void session::handled(std::uint64_t number) {
  stream_.handled(number);
  reached(number);
}

// An archive need not be read again up to there.
void session::reached(std::uint64_t number) {
  heard_.handled(number);
  if (!keep_heard_at_ && heard_.changed()) keep_heard_at_ = now_ + keep_heard_every;
}

bool session::on_management(const element& got) {
  if (got.ns != ns::sm) return false;
  if (got.name == "r") {
    ack_due_ = managed_;
  } else if (got.name == "a") {
    ack_asked_ = false;
    if (const auto handled = read_h(got)) acknowledged(stream_.acknowledged(*handled));
  } else if (got.name == "enabled" && !managed_ && stream_.is_on()) {
    managed_ = true;
    stream_.enabled(got);
  } else if (got.name == "failed" && !managed_ && stream_.is_on()) {
    log_.info("the server does not manage the stream");
    stream_.stop();
    // There will be no acknowledgements: that it was written is all there is to know.
    std::vector<std::uint64_t> open;
    for (const auto& [ticket, each] : voyages_) open.push_back(ticket);
    for (const std::uint64_t ticket : open) all_acknowledged(ticket);
  }
  return true;
}

void session::acknowledged(const acknowledgement& told) {
  for (const std::uint64_t number : told.freed) {
    if (number != 0) part_acknowledged(number);
  }
  if (!told.error) return;
  stream_.stop();
  output_ += told.error->to_element().to_xml(ns::client);
  fail(failure(errc::protocol, "the server has more than it was sent"));
}

void session::part_acknowledged(std::uint64_t number) {
  const auto found = by_number_.find(number);
  if (found == by_number_.end()) return;
  const std::uint64_t ticket = found->second;
  voyage& one = voyages_.at(ticket);
  for (part& each : one.parts) {
    if (each.number == number && std::exchange(each.unacknowledged, false)) --one.unacknowledged;
  }
  settle_if_done(ticket);
}

void session::part_seen(std::string_view id) {
  const auto found = by_part_.find(id);
  if (found == by_part_.end()) return;
  const std::uint64_t ticket = found->second;
  voyage& one = voyages_.at(ticket);
  for (part& each : one.parts) {
    if (each.id != id) continue;
    if (std::exchange(each.unseen, false)) --one.unseen;
    // Whoever shows it has it.
    if (std::exchange(each.unacknowledged, false)) --one.unacknowledged;
  }
  settle_if_done(ticket);
}

void session::all_acknowledged(std::uint64_t ticket) {
  voyage& one = voyages_.at(ticket);
  for (part& each : one.parts) each.unacknowledged = false;
  one.unacknowledged = 0;
  settle_if_done(ticket);
}

void session::settle_if_done(std::uint64_t ticket) {
  const voyage& one = voyages_.at(ticket);
  if (one.unacknowledged == 0 && one.unseen == 0) settle(ticket, std::nullopt);
}

void session::settle(std::uint64_t ticket, std::optional<failure> refused) {
  const auto found = voyages_.find(ticket);
  if (found == voyages_.end()) return;
  const voyage& one = found->second;
  for (const part& each : one.parts) {
    by_part_.erase(each.id);
    by_number_.erase(each.number);
  }
  if (!one.stamp.empty()) {
    by_stamp_.erase(one.stamp);
    if (!refused) {
      const auto [arrived, is_new] = arrived_.insert(one.stamp);
      if (is_new) arrived_order_.push_back(arrived);
      if (arrived_order_.size() > most_arrived) {
        arrived_.erase(arrived_order_.front());
        arrived_order_.pop_front();
      }
    }
  }
  if (one.followed) said_.emplace_back(ticket, std::move(refused));
  voyages_.erase(found);
}

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
    const auto talk = talks_.find(from->bare_text());
    if (talk != talks_.end() && talk->second == from->to_string()) talks_.erase(talk);
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

void session::on_message(const element& got, std::uint64_t number, bool repeated, time_point now) {
  const std::string_view from_text = got.attr("from");
  const auto from =
      from_text.empty() && own_ ? std::optional<jid>(own_->bare()) : jid::parse(from_text);
  if (!from) return;
  if (got.attr("type") == "error") {
    on_bounce(got, now);
    return;
  }
  if (const element* const result = got.child("result", ns::mam)) {
    on_archived(*result, *from, number);
    return;
  }
  if (copies_others(got) || on_bookmarks(got, *from)) return;
  const arrival one = arrived(got, *from, number);
  if (rooms_.message(got, *from, one.origin == event_origin::history, now)) return;
  if (one.in_room && !one.of_room) return;
  if (one.in_room && rooms_.is_own(*from)) part_seen(got.attr("id"));
  const bool own = one.origin == event_origin::self;
  if (!own && missed_.hold(place_of(one), catch_up::held(got, number, repeated))) {
    held_ = true;
    return;
  }
  hear(one);
}

session::arrival session::arrived(const element& got, const jid& from, std::uint64_t number) const {
  arrival one(got, from, number);
  one.of_room = rooms_.knows(from);
  one.in_room = got.attr("type") == "groupchat";
  one.sent = sent_at(got);
  // An id counts if it comes from whoever gives them out there (XEP-0359).
  const std::string_view giver = one.in_room ? from.bare_text() : own_ ? own_->bare_text() : "";
  for (const element& each : got.children) {
    if (each.is("stanza-id", ns::sid) && each.attr("by") == giver) one.archive_id = each.attr("id");
  }
  if (const occupant* const who = rooms_.find(from)) one.real = who->real;
  one.origin = origin_of(one);
  return one;
}

// What is in one place is in one archive, and in one order.
std::string session::place_of(const arrival& one) {
  return one.in_room ? std::string(one.from.bare_text()) : std::string();
}

void session::catch_up_with(const std::string& place) {
  const std::string query_id = id_prefix_ + "a" + std::to_string(++archive_queries_);
  const bool bounded = options_.news_age.count() > 0;
  const wall_time oldest = bounded ? options_.wall() - options_.news_age : wall_time();
  if (!missed_.begin(place, query_id, oldest)) return;
  const std::string shown = place.empty() ? "the account" : place;
  log_.debug("asking the archive what was said meanwhile", {{"of", shown}});
  ask_archive(place, query_id);
}

void session::ask_archive(const std::string& place, const std::string& query_id) {
  ask("set", place, missed_.query(place), now_,
      [this, place, query_id](const result<element>& answer) {
        if (!missed_.is_on(place, query_id)) return;
        const bool more = answer.has_value() ? missed_.goes_on(place, *answer)
                                             : answer.error().message() == "item-not-found" &&
                                                   missed_.goes_on_by_time(place);
        if (more) {
          ask_archive(place, query_id);
        } else {
          caught_up(place);
        }
      });
}

// What was said in the gap, one message of it.
void session::on_archived(const element& result, const jid& archive, std::uint64_t number) {
  if (!archive.is_bare() || !own_) return;
  const bool of_account = archive == own_->bare();
  const element* const forwarded = result.child("forwarded", ns::forward);
  const element* const got =
      forwarded == nullptr ? nullptr : forwarded->child("message", ns::client);
  const std::string place = of_account ? std::string() : archive.to_string();
  if (got == nullptr || !missed_.takes(place, result, options_.wall())) return;
  const auto from = jid::parse(got->attr("from"));
  const bool in_room = got->attr("type") == "groupchat";
  // Everybody writes what they like into theirs: of others an archive knows nothing.
  if (!from || in_room == of_account || (!of_account && from->bare_text() != place)) return;
  if (got->attr("type") == "error" || copies_others(*got)) return;
  // Who whispered in a room is known only as long as they are there.
  if (of_account && got->child("x", ns::muc_user) != nullptr) return;
  arrival one = arrived(*got, *from, number);
  one.archive_id = result.attr("id");
  one.is_news = true;
  one.sent = sent_at(*forwarded);
  one.real = in_room ? real_in_archive(*got, *from) : std::nullopt;
  one.origin = origin_of(one);
  if (one.origin == event_origin::self) missed_.was_own(place);
  hear(one);
}

// Who has a nick now may have been somebody else then; the archive of a room that shows addresses
// has them (XEP-0313, section 5.1.2), and nobody else can put one there.
std::optional<jid> session::real_in_archive(const element& got, const jid& from) const {
  if (!rooms_.shows_addresses(from)) return std::nullopt;
  std::optional<jid> real;
  for (const element& about : got.children) {
    if (!about.is("x", ns::muc_user)) continue;
    for (const element& each : about.children) {
      if (!each.is("item", ns::muc_user)) continue;
      // One of two is from whoever said it.
      if (real) return std::nullopt;
      real = jid::parse(each.attr("jid"));
      if (!real) return std::nullopt;
    }
  }
  return real;
}

void session::caught_up(const std::string& place) {
  for (const catch_up::held& each : missed_.end(place)) {
    const auto from = jid::parse(each.got.attr("from"));
    const std::size_t before = events_.size();
    hear(arrived(each.got, from ? *from : own_->bare(), each.number));
    handled_unless_it_waits(each.number, each.repeated, before);
  }
}

void session::hear(const arrival& one) {
  const element& got = one.got;
  const std::string_view type = got.attr("type");
  if (!one.archive_id.empty()) {
    const std::string place = place_of(one);
    const wall_time wall = options_.wall();
    missed_.heard(place, one.archive_id, wall);
    if (options_.keep_heard) heard_.heard(place, one.archive_id, one.number, wall);
  }
  const std::string text(body_of(got).value_or(std::string_view()));
  if (one.origin == event_origin::person && !one.is_news) {
    states_.heard(answers_go_to(one), got, !text.empty());
  }
  if (const element* const taken_back = got.child("retract", ns::retract)) {
    emit(event_type::retraction, one, std::string(taken_back->attr("id")));
    return;
  }
  if (const element* const reactions = got.child("reactions", ns::reactions)) {
    std::string shown;
    for (const element& each : reactions->children) {
      if (each.is("reaction", ns::reactions)) shown += (shown.empty() ? "" : " ") + each.text;
    }
    emit(event_type::reaction, one, std::move(shown));
    return;
  }
  if (text.empty()) return;
  if (type == "headline" || (one.in_room && one.from.is_bare())) {
    emit(event_type::notice, one, text);
  } else if (got.child("replace", ns::correct) != nullptr) {
    emit(event_type::edit, one, text);
  } else if (text.starts_with("/me ")) {
    emit(event_type::emote, one, text.substr(4));
  } else {
    emit(event_type::message, one, text);
  }
  if (type != "headline" && one.origin == event_origin::person && !one.is_news) add_receipt(one);
}

// That the bot has it (XEP-0184), and has looked at it (XEP-0333): for whoever may know that it is
// there at all.
void session::add_receipt(const arrival& one) {
  const element& got = one.got;
  if (one.of_room || one.in_room || !got.has("id") || !may_see_us(one.from)) return;
  const std::string_view id = got.attr("id");
  element receipt = element("message", ns::client)
                        .set("from", options_.component ? got.attr("to") : "")
                        .set("to", got.attr("from"))
                        .set("type", got.attr("type"));
  if (got.child("request", ns::receipts) != nullptr &&
      got.child("received", ns::receipts) == nullptr) {
    receipt.add(element("received", ns::receipts).set("id", id));
  }
  if (got.child("markable", ns::markers) != nullptr) {
    receipt.add(element("displayed", ns::markers).set("id", id));
  }
  if (!receipt.children.empty()) receipts_.emplace(one.number, std::move(receipt));
}

bool session::may_see_us(const jid& who) const {
  return options_.accept_subscriptions || options_.component || watchers_.contains(who.bare_text());
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

// Of a room only itself speaks for it: everybody inside sees the ids.
bool session::may_send_back(std::uint64_t ticket, const jid& from) const {
  const voyage& one = voyages_.at(ticket);
  return from.bare_text() == one.addressee && (!one.in_room || from.is_bare());
}

void session::on_bounce(const element& got, time_point now) {
  const std::optional<stanza_error> why = stanza_error::read(got);
  const std::string condition = why ? why->condition : "undefined-condition";
  const auto from = jid::parse(got.attr("from"));
  if (const auto told = told_.find(got.attr("id")); told != told_.end()) {
    if (from && from->to_string() == told->second.room) {
      told->second.refused = failure(errc::not_sent, condition, why ? why->text : std::string());
    }
    return;
  }
  const bool of_room = from && from->is_bare() && rooms_.knows(*from);
  if (of_room && condition == "not-acceptable") rooms_.not_inside(from->bare_text(), now);
  // They have gone from there: wherever they are now.
  if (from && !of_room) talks_.erase(std::string(from->bare_text()));
  const auto found = by_part_.find(got.attr("id"));
  const bool ours = found != by_part_.end() && from && may_send_back(found->second, *from);
  if (!ours) {
    const std::string to = from ? from->to_string() : std::string();
    log_.warning("a message came back", {{"to", to}, {"reason", condition}});
    after_rooms();
    return;
  }
  const std::string words = why ? why->text : std::string();
  failure refused(errc::not_sent, "it came back: " + condition, words);
  if (of_room && condition == "not-acceptable") {
    refused = failure(errc::throttled, "we are not in the room", words);
    refused.retry_after(throttled_pause);
  } else if (why && why->type == error_type::wait) {
    refused = failure(errc::throttled, "it came back: " + condition, words);
  }
  settle(found->second, std::move(refused));
  after_rooms();
}

event_origin session::origin_of(const arrival& one) const {
  if (one.of_room ? rooms_.is_own(one.from) : is_own_account(one.from)) return event_origin::self;
  // In an archive we may have had another nick.
  if (one.is_news && ((one.real && is_own_account(*one.real)) || is_own_id(one.got.attr("id")))) {
    return event_origin::self;
  }
  if (one.from.is_bare() && one.of_room) return event_origin::bot;
  return !one.is_news && is_history(one) ? event_origin::history : event_origin::person;
}

bool session::is_own_account(const jid& who) const {
  return own_ && who.bare_text() == own_->bare_text();
}

// Whether we gave a stanza this id.
bool session::is_own_id(std::string_view id) const {
  return (!id_prefix_.empty() && id.starts_with(id_prefix_)) || arrived_.contains(id);
}

// Whether it was said before this session, or before we were in the room.
bool session::is_history(const arrival& one) const {
  if (one.in_room && !rooms_.live(one.from)) return true;
  if (!one.sent) return false;
  // Out of a store, or of a room's history.
  if (!resumed_) return true;
  // After a cut the server stamps what it has to bring again, with no more than the second.
  const auto since = std::chrono::floor<std::chrono::seconds>(began_);
  const std::vector<delay_stamp> stamps = delays_of(one.got);
  return std::any_of(stamps.begin(), stamps.end(), [&](const delay_stamp& each) {
    // ejabberd stamps with the domain, Prosody with the account; a room with its own address.
    const bool by_server = own_ && (each.from == own_->domain() || each.from == own_->bare_text());
    return each.time < since || (one.in_room && !by_server);
  });
}

principal session::speaker_in_room(const std::string& occupant, const std::string& nick,
                                   const std::optional<jid>& real) const {
  if (!real) return {options_.input, occupant, assurance::unverified, nick};
  return {options_.input, std::string(real->bare_text()), assurance::verified, nick};
}

// A private talk in a room is with that occupant, whoever it is.
std::string session::answers_go_to(const arrival& one) {
  return one.of_room && !one.in_room ? one.from.to_string() : std::string(one.from.bare_text());
}

event session::made(event_type type, const arrival& one, std::string text) const {
  const element& got = one.got;
  std::string place = answers_go_to(one);
  std::string user(one.of_room ? one.from.resource() : one.from.bare_text());
  principal speaker(options_.input, user, assurance::verified, user);
  if (one.of_room) speaker = speaker_in_room(one.from.to_string(), user, one.real);
  std::string thread(got.child_text("thread", ns::client));
  event told(
      type,
      address(options_.input, std::move(place), std::move(user), std::move(thread), !one.in_room),
      std::move(speaker), std::move(text));
  told.origin = one.origin;
  told.to = one.of_room ? rooms_.nick(one.from) : std::string(own_ ? own_->local() : "");
  if (!one.archive_id.empty()) {
    // Archives number their messages each for itself.
    const std::string_view archive = one.in_room ? one.from.bare_text() : own_->bare_text();
    told.id = std::string(archive) + "/" + one.archive_id;
  } else if (got.has("id")) {
    // Unique within a session of theirs, and of ours.
    told.id = std::to_string(began_.time_since_epoch().count()) + "/" + one.from.to_string() + "/" +
              std::string(got.attr("id"));
  }
  if (one.sent) told.time = *one.sent;
  if (const element* const replaced = got.child("replace", ns::correct)) {
    told.meta.emplace_back("xmpp.replaces", std::string(replaced->attr("id")));
  }
  if (const element* const answered = got.child("reply", ns::reply)) {
    told.meta.emplace_back("xmpp.reply", std::string(answered->attr("id")));
  }
  if (const element* const about = got.child("reactions", ns::reactions)) {
    told.meta.emplace_back("xmpp.reacts-to", std::string(about->attr("id")));
  }
  return told;
}

void session::emit(event_type type, const arrival& one, std::string text) {
  if (one.origin == event_origin::person && !one.is_news && !one.of_room && !one.from.is_bare()) {
    if (talks_.size() >= most_talks) talks_.erase(talks_.begin());
    talks_.insert_or_assign(std::string(one.from.bare_text()), one.from.to_string());
  }
  event told = made(type, one, std::move(text));
  told.delivery = one.number;
  events_.push_back(std::move(told));
}

void session::acknowledge(std::uint64_t delivery) {
  if (managed_) {
    handled(delivery);
  } else {
    reached(delivery);
  }
  menu_.acknowledged(delivery);
  const auto receipt = receipts_.find(delivery);
  if (receipt == receipts_.end()) return;
  if (connected_) send(receipt->second);
  receipts_.erase(receipt);
}

bool session::can_say_now(const address& to) const {
  if (!connected_ || output_.size() > most_output || stream_.is_full()) {
    return false;
  }
  if (to.direct) return true;
  const auto room = jid::parse(to.room);
  return room && rooms_.inside(*room);
}

result<std::uint64_t> session::say(const outgoing& message, bool follow, time_point now) {
  const auto place = jid::parse(message.to.room);
  if (!place) {
    return failure(errc::not_sent,
                   "'" + sanitised(message.to.room.substr(0, 80)) + "' is no address");
  }
  if (!message.stamp.empty()) {
    if (arrived_.contains(message.stamp)) return std::uint64_t{0};
    const auto sailing = by_stamp_.find(message.stamp);
    if (sailing != by_stamp_.end()) {
      voyages_.at(sailing->second).followed = true;
      return sailing->second;
    }
  }
  if (menu_.take(message, now)) {
    last_used_ = now;
    return std::uint64_t{0};
  }
  const bool to_room = !message.to.direct;
  if (to_room && !rooms_.inside(*place)) {
    if (!rooms_.knows(*place)) {
      return failure(errc::not_sent, "we are not in the room " + place->to_string());
    }
    failure later(errc::throttled, "we are not in the room " + place->to_string() + " yet");
    return later.retry_after(throttled_pause);
  }
  const std::vector<std::string> bodies = rendered(message.body, options_.body_bytes);
  if (bodies.empty()) return std::uint64_t{0};
  const std::string to = receiver(*place, to_room);
  const bool ends_composing = states_.ends_composing(message.to.room, now);
  voyage one;
  one.stamp = message.stamp;
  one.id = message.stamp.empty() ? next_id() : message.stamp;
  one.followed = follow;
  one.in_room = to_room;
  one.addressee = place->bare_text();
  const std::uint64_t ticket = ++tickets_;
  for (std::size_t i = 0; i < bodies.size(); ++i) {
    const std::string id = part_id(one.id, i);
    element stanza("message", ns::client);
    stanza.set("to", to).set("type", to_room ? "groupchat" : "chat").set("id", id);
    if (options_.component) stanza.set("from", own_->to_string());
    stanza.add(element("body", ns::client, bodies[i]));
    if (!message.to.thread.empty() && !ad_hoc::is_run(message.to.thread))
      stanza.add(element("thread", ns::client, message.to.thread));
    if (i == 0 && !message.replaces.empty()) {
      stanza.add(element("replace", ns::correct).set("id", message.replaces));
    }
    if (i == 0) add_reply(stanza, message);
    if (i == 0 && ends_composing) stanza.add(element("active", ns::chat_states));
    stanza.add(element("origin-id", ns::sid).set("id", id));
    std::string xml = stanza.to_xml(ns::client);
    if (!follow) {
      write(std::move(xml));
      continue;
    }
    part& sailing = one.parts.emplace_back();
    sailing.id = id;
    sailing.xml = xml;
    sailing.number = ++parts_;
    sailing.unseen = to_room;
    by_part_.emplace(id, ticket);
    by_number_.emplace(sailing.number, ticket);
    write(std::move(xml), sailing.number);
  }
  last_used_ = now;
  if (!follow) return std::uint64_t{0};
  if (to_room) one.until = now + options_.echo_limit;
  if (!one.stamp.empty()) by_stamp_.emplace(one.stamp, ticket);
  one.unacknowledged = one.parts.size();
  one.unseen = to_room ? one.parts.size() : 0;
  voyages_.emplace(ticket, std::move(one));
  // There will be no acknowledgement: a room shows it, a server just takes it.
  if (!stream_.is_on()) all_acknowledged(ticket);
  return ticket;
}

// What it answers, in a room (XEP-0461): only by the id that the room gave out everybody knows it.
void session::add_reply(element& stanza, const outgoing& message) const {
  const std::string archive = message.to.room + "/";
  if (!options_.show_replies || message.to.direct || !message.replaces.empty()) return;
  if (message.to.user.empty() || !message.answers.starts_with(archive)) return;
  stanza.add(element("reply", ns::reply)
                 .set("to", archive + message.to.user)
                 .set("id", message.answers.substr(archive.size())));
}

std::string session::receiver(const jid& place, bool to_room) const {
  if (!to_room && !rooms_.knows(place)) {
    const auto talk = talks_.find(place.to_string());
    if (talk != talks_.end()) return talk->second;
  }
  return place.to_string();
}

void session::working(const address& where, bool is, time_point now) {
  if (!options_.show_typing || ad_hoc::is_run(where.thread)) return;
  states_.working(where.room, where.direct, is, now);
  after_states();
}

void session::after_states() {
  for (const chat_states::notice& each : states_.take_notices()) {
    const auto place = jid::parse(each.place);
    if (!place || (!each.direct && !rooms_.inside(*place))) continue;
    send(element("message", ns::client)
             .set("to", receiver(*place, !each.direct))
             .set("type", each.direct ? "chat" : "groupchat")
             .add(element(std::string(each.state), ns::chat_states))
             .add(element("no-store", ns::hints)));
  }
}

void session::forget(std::uint64_t ticket) {
  const auto found = voyages_.find(ticket);
  if (found != voyages_.end()) found->second.followed = false;
}

bool session::keeps(std::uint64_t ticket) const {
  const auto found = voyages_.find(ticket);
  return stream_.is_resumable() && found != voyages_.end() && found->second.stamp.empty();
}

std::string session::id_of(std::uint64_t ticket) const {
  const auto found = voyages_.find(ticket);
  return found == voyages_.end() ? std::string() : found->second.id;
}

void session::ask(std::string_view type, std::string_view to, element payload, time_point now,
                  requests::then when_answered) {
  send(requests_.make(type, to, std::move(payload), now + options_.answer,
                      std::move(when_answered)));
}

void session::tell(element message, time_point now, std::function<void(result<void>)> when_taken) {
  const std::string id = next_id();
  const std::string room(message.attr("to"));
  message.set("id", id);
  told_.emplace(id, notice(room));
  send(message);
  // Rooms say nothing about what they take. They answer in order, so a refusal comes before this.
  ask("get", room, element("query", ns::disco_info), now,
      [this, id, then = std::move(when_taken)](const result<element>& answer) {
        const auto told = told_.find(id);
        const std::optional<failure> refused = std::move(told->second.refused);
        told_.erase(told);
        if (refused) {
          then(*refused);
        } else if (answer.has_error() && answer.error().code() != errc::not_sent) {
          then(answer.error());
        } else {
          then(result<void>());
        }
      });
}

void session::leave() {
  if (!connected_) return;
  if (options_.component) {
    // Nobody does it for a component: its server knows nothing of where it is.
    rooms_.leave_all();
    after_rooms();
    return;
  }
  send(element("presence", ns::client).set("type", "unavailable"));
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

session::time_point session::next_tick() const noexcept {
  if (!connected_) return time_point::max();
  time_point next = std::min(rooms_.next_tick(), requests_.next_tick());
  next = std::min({next, menu_.next_tick(), states_.next_tick()});
  if (keep_heard_at_) next = std::min(next, *keep_heard_at_);
  if (options_.idle.count() > 0) {
    next = std::min(next, probed_at_ ? *probed_at_ + options_.answer : last_heard_ + options_.idle);
  }
  for (const auto& [ticket, each] : voyages_) {
    if (each.until && each.unacknowledged == 0) next = std::min(next, *each.until);
  }
  return next;
}

void session::tick(time_point now) {
  if (!connected_ || failed_) return;
  now_ = now;
  if (keep_heard_at_ && *keep_heard_at_ <= now) keep_heard();
  requests_.tick(now);
  rooms_.tick(now);
  menu_.tick(now);
  after_menu();
  after_rooms();
  states_.tick(now);
  after_states();
  std::vector<std::uint64_t> late;
  for (const auto& [ticket, each] : voyages_) {
    if (each.until && each.unacknowledged == 0 && *each.until <= now) late.push_back(ticket);
  }
  // The server has them, and the room says nothing: not every room shows what it was sent.
  for (const std::uint64_t ticket : late) settle(ticket, std::nullopt);
  if (options_.idle.count() == 0) return;
  if (probed_at_) {
    if (now >= *probed_at_ + options_.answer) {
      fail(failure(errc::timed_out, "the server does not answer any more"));
    }
  } else if (now >= last_heard_ + options_.idle) {
    probed_at_ = now;
    log_.debug("silence; asking the server whether it lives");
    if (managed_) {
      output_ += element("r", ns::sm).to_xml(ns::client);
      ack_asked_ = true;
    } else {
      const std::string to = own_ ? std::string(own_->domain()) : std::string();
      ask("get", to, element("ping", ns::ping), now, [](const result<element>&) {});
    }
  }
}

std::string session::take_output() {
  // As late as this, so that it counts what has become the bot's meanwhile.
  if (std::exchange(ack_due_, false)) {
    output_ += element("a", ns::sm).set("h", std::to_string(stream_.h())).to_xml(ns::client);
  }
  if (managed_ && !ack_asked_ && !output_.empty() && wants_ack()) {
    ack_asked_ = true;
    output_ += element("r", ns::sm).to_xml(ns::client);
  }
  return std::exchange(output_, {});
}

// When somebody waits for it, and else now and then: each question makes the server answer.
bool session::wants_ack() const {
  constexpr std::size_t now_and_then = 16;
  return stream_.kept().size() >= now_and_then ||
         std::any_of(voyages_.begin(), voyages_.end(),
                     [](const auto& each) { return each.second.unacknowledged > 0; });
}

void session::send(const element& stanza) {
  if (options_.component && own_ && !stanza.has("from")) {
    element from_us = stanza;
    from_us.set("from", own_->to_string());
    write(from_us.to_xml(ns::client));
    return;
  }
  write(stanza.to_xml(ns::client));
}

void session::write(std::string xml, std::uint64_t number) {
  output_ += xml;
  if (stream_.is_on()) stream_.sent(std::move(xml), number);
}

std::string session::next_id() {
  return id_prefix_ + std::to_string(++ids_);
}

void session::fail(failure why) {
  if (!failed_) failed_ = std::move(why);
}

}  // namespace mynah::xmpp
