// SPDX-License-Identifier: Apache-2.0
// What is said to the session, now or out of an archive: whose it is, and what event it becomes.
#include <algorithm>

#include "delay.hpp"
#include "encryption.hpp"
#include "message_text.hpp"
#include "namespaces.hpp"
#include "retraction.hpp"
#include "session.hpp"

namespace mynah::xmpp {

namespace {

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

}  // namespace

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
  one.of_room = rooms_.is_said_in_one(from);
  one.in_room = got.attr("type") == "groupchat";
  one.sent = sent_at(got);
  // An id counts if it comes from whoever gives them out there (XEP-0359).
  const std::string_view giver = one.in_room ? from.bare_text() : own_ ? own_->bare_text() : "";
  // Whoever writes to a component puts in what they like: it has no archive, nor an account's
  // server.
  const bool is_kept = one.in_room || !options_.component;
  for (const element& each : got.children) {
    if (is_kept && each.is("stanza-id", ns::sid) && each.attr("by") == giver)
      one.archive_id = each.attr("id");
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
        if (answer.has_value()) pass_unread(place, *answer);
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

// A page may end with what could not be read, or is none of ours.
void session::pass_unread(const std::string& place, const element& answer) {
  const wall_time wall = options_.wall();
  const std::string last = missed_.passed(place, answer, wall);
  if (options_.keep_heard) heard_.heard(place, last, receiving_, wall);
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
  const std::string text = said_in(got);
  if (one.origin == event_origin::person && !one.is_news) {
    states_.heard(one.in_room ? std::string(one.from.bare_text()) : one.from.to_string(), got,
                  !text.empty());
  }
  if (const auto taken_back = taken_back_by(got)) {
    emit(event_type::retraction, one, std::string(*taken_back));
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
  if (is_encrypted(got)) {
    if (says_something_encrypted(got)) on_unreadable(one);
    return;
  }
  if (text.empty() || is_taken_back(got)) return;
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

// Its body is for clients that cannot read it, and says so. Who wrote it to the bot does not know
// that it is one of these.
void session::on_unreadable(const arrival& one) {
  const element& got = one.got;
  if (one.origin != event_origin::person || one.is_news) return;
  if (const auto count = unreadable_.add(now_)) {
    const std::string times = std::to_string(*count);
    log_.info("an encrypted message, which cannot be read",
              {{"from", one.from.to_string()}, {"count", times}});
  }
  if (one.of_room || one.in_room || got.attr("type") == "headline") return;
  if (!encrypted_.heard(one.from.bare_text(), now_)) return;
  element told = element("message", ns::client)
                     .set("from", options_.component ? got.attr("to") : "")
                     .set("to", got.attr("from"))
                     .set("type", "chat")
                     .set("id", next_id())
                     .add(element("body", ns::client,
                                  "I cannot read encrypted messages; please write without "
                                  "encryption."));
  const std::string_view thread = got.child_text("thread", ns::client);
  if (!thread.empty()) told.add(element("thread", ns::client, std::string(thread)));
  send(told);
}

// That the bot has it (XEP-0184), and has looked at it (XEP-0333): for whoever may know that it is
// there at all.
void session::add_receipt(const arrival& one) {
  const element& got = one.got;
  if (one.of_room || one.in_room || !got.has("id") || !may_see_us(one.from, got)) return;
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

bool session::may_see_us(const jid& who, const element& got) const {
  if (options_.accept_subscriptions || is_own_account(who)) return true;
  // To rooms we have shown ourselves.
  if (rooms_.inside(who)) return true;
  if (!options_.component) return watchers_.contains(who.bare_text());
  const auto asked = jid::parse(got.attr("to"));
  return asked && component_watchers_.sees(who, *asked);
}

event_origin session::origin_of(const arrival& one) const {
  if (one.of_room ? rooms_.is_own(one.from) : is_own_account(one.from)) return event_origin::self;
  // Another client of the account, another address of the component; in an archive another nick of
  // ours.
  if (one.real && is_own_account(*one.real)) return event_origin::self;
  if (one.is_news && is_own_id(one.got.attr("id"))) return event_origin::self;
  if (one.from.is_bare() && one.of_room) return event_origin::bot;
  return !one.is_news && is_history(one) ? event_origin::history : event_origin::person;
}

bool session::is_own_account(const jid& who) const {
  if (!own_) return false;
  // All of its domain is a component's.
  if (options_.component) return who.domain() == own_->domain();
  return who.bare_text() == own_->bare_text();
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
  const bool has_many = options_.component && !one.of_room;
  const std::optional<jid> written_to = has_many ? jid::parse(got.attr("to")) : std::nullopt;
  const std::optional<jid>& ours = has_many ? written_to : own_;
  told.to =
      one.of_room ? rooms_.nick(one.from) : std::string(ours ? ours->local() : std::string_view());
  if (!one.archive_id.empty()) {
    // Archives number their messages each for itself.
    const std::string_view archive = one.in_room ? one.from.bare_text() : own_->bare_text();
    told.id = std::string(archive) + "/" + one.archive_id;
  } else if (got.has("id")) {
    // Their ids need to differ within one stream of theirs only, and some count from one in each
    // (RFC 6120, section 8.1.3). Our number is of this message alone: what comes again after a cut
    // has the same.
    const std::string number = std::to_string(one.number);
    const std::string& from = one.from.to_string();
    const std::string_view theirs = got.attr("id");
    told.id.reserve(began_text_.size() + number.size() + from.size() + theirs.size() + 3);
    told.id.append(began_text_).append("/").append(number).append("/").append(from);
    told.id.append("/").append(theirs);
    if (options_.component && ours) told.id = component_addresses::event_id(*ours, told.id);
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
  event told = made(type, one, std::move(text));
  if (one.origin == event_origin::person && !one.is_news && !one.of_room) {
    talks_.heard(one.from, told.id);
    const auto to = options_.component ? jid::parse(one.got.attr("to")) : std::nullopt;
    if (to) addresses_.written(one.from, *to);
  }
  told.delivery = one.number;
  events_.push_back(std::move(told));
}

}  // namespace mynah::xmpp
