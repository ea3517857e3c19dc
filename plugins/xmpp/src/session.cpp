// SPDX-License-Identifier: Apache-2.0
#include "session.hpp"

#include <algorithm>
#include <iterator>

#include <mynah/reply.hpp>

#include "namespaces.hpp"
#include "stanza_error.hpp"
#include "styling.hpp"

namespace mynah::xmpp {

namespace {

constexpr std::string_view caps_node = "https://mynah.invalid/bot";
constexpr std::size_t most_output = std::size_t{1} << 20U;
constexpr std::size_t most_arrived = 2'000;
constexpr std::chrono::seconds throttled_pause{2};
// Kept together: nothing is lost by reading an archive again from a little earlier.
constexpr std::chrono::seconds keep_every{5};
// So that none of these can be taken for a number that the server counts.
constexpr std::uint64_t unmanaged_bit = std::uint64_t{1} << 63U;

bool is_stanza(const element& one) noexcept {
  return one.ns == ns::client &&
         (one.name == "message" || one.name == "presence" || one.name == "iq");
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

void session::keep_now() {
  keep_at_.reset();
  if (heard_.changed()) options_.keep_heard(heard_.take_changed());
  if (!component_watchers_.changed()) return;
  std::vector<watcher> changed = component_watchers_.take_changed();
  if (options_.keep_watchers) options_.keep_watchers(std::move(changed));
}

void session::keep_soon() {
  if (!keep_at_) keep_at_ = now_ + keep_every;
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
  if (last_used_ == time_point()) last_used_ = now;
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
  began_text_ = std::to_string(began_.time_since_epoch().count());
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
  } else {
    tell_watchers({});
  }
  rooms_.start(now);
  after_rooms();
  if (options_.rooms.bookmarks && !options_.component) ask_bookmarks();
  send_again();
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
      stream_.stop();
      fail(why.to_failure());
    }
    return;
  }
  const counted_stanza counted = stream_.received();
  // Without stream management there is nothing to be told, but still each has its number.
  const std::uint64_t number = managed_ ? counted.number : unmanaged_bit | ++unmanaged_;
  const std::size_t before = events_.size();
  receiving_ = number;
  if (is_astray(stanza, now)) {
    // Nothing of it is ours.
  } else if (stanza.name == "message") {
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
  if (heard_.changed()) keep_soon();
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
  if (from && !of_room) talks_.forget(from->bare_text());
  const auto found = by_part_.find(got.attr("id"));
  const bool ours = found != by_part_.end() && from && may_send_back(found->second, *from);
  if (!ours) {
    const std::string to = from ? from->to_string() : std::string();
    // Anybody can send errors about what was never said.
    if (is_own_id(got.attr("id"))) {
      // Whoever got a message once can send it back as often as they like.
      if (const auto count = came_back_.add(now)) {
        const std::string times = std::to_string(*count);
        log_.warning("a message came back", {{"to", to}, {"reason", condition}, {"count", times}});
      }
    } else {
      log_.debug("an error about nothing of ours", {{"from", to}, {"reason", condition}});
    }
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
  const std::string to = receiver(*place, to_room, message.answers);
  const std::string from = sender(*place, message.answers);
  const bool ends_composing = states_.ends_composing(to, now);
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
    stanza.set("from", from);
    stanza.add(element("body", ns::client, bodies[i]));
    if (!message.to.thread.empty() && !ad_hoc::is_run(message.to.thread))
      stanza.add(element("thread", ns::client, message.to.thread));
    if (i == 0 && !message.replaces.empty()) {
      stanza.add(element("replace", ns::correct).set("id", message.replaces));
    }
    if (i == 0) add_reply(stanza, message);
    if (i == 0 && ends_composing) stanza.add(element("active", ns::chat_states));
    // A room may give it another id, and whoever looks for what was said finds it by this one;
    // in between two its own does.
    if (to_room || !message.stamp.empty()) {
      stanza.add(element("origin-id", ns::sid).set("id", id));
    }
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

std::string session::sender(const jid& place, std::string_view answers) const {
  if (!options_.component || !own_) return {};
  // That one has gone into the rooms.
  if (rooms_.is_said_in_one(place)) return own_->to_string();
  return addresses_.sender(place, answers, *own_);
}

std::string session::receiver(const jid& place, bool to_room, std::string_view answers) const {
  if (to_room || rooms_.is_said_in_one(place)) return place.to_string();
  return talks_.receiver(place.to_string(), answers);
}

void session::working(const address& where, bool is, std::string_view answers, time_point now) {
  const auto place = jid::parse(where.room);
  if (!options_.show_typing || !place || ad_hoc::is_run(where.thread)) return;
  std::string asked = where.room + '\n' + where.thread + '\n';
  asked += answers;
  if (is) {
    states_.begin(asked, receiver(*place, !where.direct, answers), where.direct, now);
  } else {
    states_.end(asked);
  }
  after_states();
}

void session::after_states() {
  for (const chat_states::notice& each : states_.take_notices()) {
    const auto place = jid::parse(each.place);
    if (!place || (!each.direct && !rooms_.inside(*place))) continue;
    send(element("message", ns::client)
             .set("from", sender(*place, {}))
             .set("to", each.place)
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
    tell_watchers("unavailable");
    rooms_.leave_all();
    after_rooms();
    return;
  }
  rooms_.leaving();
  send(element("presence", ns::client).set("type", "unavailable"));
  // The server should not keep for others what is the bot's.
  ack_due_ = managed_;
}

session::time_point session::next_tick() const noexcept {
  if (!connected_) return time_point::max();
  time_point next = std::min(rooms_.next_tick(), requests_.next_tick());
  next = std::min({next, menu_.next_tick(), states_.next_tick()});
  if (keep_at_) next = std::min(next, *keep_at_);
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
  if (keep_at_ && *keep_at_ <= now) keep_now();
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
