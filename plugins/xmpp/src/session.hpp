// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/error_code.hpp>
#include <mynah/event.hpp>
#include <mynah/log.hpp>

#include "ad_hoc.hpp"
#include "answers.hpp"
#include "archive_positions.hpp"
#include "catch_up.hpp"
#include "chat_states.hpp"
#include "component_addresses.hpp"
#include "component_watchers.hpp"
#include "element.hpp"
#include "encryption.hpp"
#include "jid.hpp"
#include "negotiation.hpp"
#include "net/counted_notice.hpp"
#include "requests.hpp"
#include "rooms.hpp"
#include "session_options.hpp"
#include "session_talks.hpp"
#include "stream_management.hpp"

namespace mynah::xmpp {

/// What became of a message that was said with a ticket.
class said {
 public:
  said(std::uint64_t ticket, std::optional<failure> refused)
      : ticket(ticket), refused(std::move(refused)) {}

  std::uint64_t ticket;
  std::optional<failure> refused;
};

/// A session with a server: everything after the login. No I/O: stanzas in, text and events out.
///
/// It outlives connections: with stream management (XEP-0198) the next connection goes on where the
/// last one was cut, and what was on its way then is neither lost nor said twice.
///
/// After each call look at `take_output`, `take_events`, `take_said` and `failed`, and call `tick`
/// when `next_tick` has come.
class session {
 public:
  using time_point = mynah::clock::time_point;
  using wall_time = std::chrono::system_clock::time_point;

  session(session_options options, logger log);

  /// How far archives were heard before the bot was started, before the first `connected`.
  void remember(const std::vector<archive_position>& heard);
  /// Who saw which of a component's addresses before the bot was started, before the first
  /// `connected`.
  void remember_watchers(const std::vector<watcher>& kept) { component_watchers_.remember(kept); }
  /// Has kept at once what is to be kept (`session_options::keep_heard`, `keep_watchers`).
  void keep_now();

  /// What could be taken up again; nothing if there is nothing.
  [[nodiscard]] std::optional<element> resumable();
  /// A connection is ours, as `how` says.
  void connected(const negotiation& how, time_point now);
  /// The connection is gone; `cleanly` if the stream was closed, and the session with it.
  void disconnected(bool cleanly);

  void receive(const element& stanza, time_point now);
  /// Something came, be it a blank.
  void heard(time_point now) noexcept;
  [[nodiscard]] time_point next_tick() const noexcept;
  void tick(time_point now);

  /// The event with this number is the bot's (`conn::acknowledge`).
  void acknowledge(std::uint64_t delivery);

  /// Sends a message. With `follow` what becomes of it is told by `take_said` under the ticket that
  /// is given; without, it is zero. A message with a stamp that is on its way already is not sent
  /// again: its ticket is given.
  ///
  /// Errors: errc::not_sent for what cannot be sent there; errc::throttled while we are not in the
  /// room.
  [[nodiscard]] result<std::uint64_t> say(const outgoing& message, bool follow, time_point now);
  /// Whether `say` without `follow` would do.
  [[nodiscard]] bool can_say_now(const address& to) const;
  /// A command begins to work for that conversation, or works no more (`conn::working`).
  void working(const address& where, bool is, std::string_view answers, time_point now);
  /// Nobody waits for it any more.
  void forget(std::uint64_t ticket);
  /// Whether the session itself will see to what is on its way, through the next connection.
  [[nodiscard]] bool keeps(std::uint64_t ticket) const;
  /// The network's id of the first part of what was said.
  [[nodiscard]] std::string id_of(std::uint64_t ticket) const;

  /// Asks somebody. An empty `to` is the own account.
  void ask(std::string_view type, std::string_view to, element payload, time_point now,
           requests::then when_answered);
  /// Sends a message that is no talk (a topic, an invitation) to a room, and tells whether the room
  /// took it. Errors: errc::not_sent with its words; timed_out; closed.
  void tell(element message, time_point now, std::function<void(result<void>)> when_taken);
  [[nodiscard]] rooms& places() noexcept { return rooms_; }
  [[nodiscard]] const rooms& places() const noexcept { return rooms_; }

  /// Something was asked of `places`: sends what has to be sent for it.
  void places_changed() { after_rooms(); }

  /// Presence unavailable, before the stream is closed.
  void leave();

  /// Bytes for the server. Asks for an acknowledgement if there is something to acknowledge.
  [[nodiscard]] std::string take_output();
  [[nodiscard]] bool has_output() const noexcept { return ack_due_ || !output_.empty(); }
  [[nodiscard]] std::vector<event> take_events() { return std::exchange(events_, {}); }
  [[nodiscard]] std::vector<said> take_said() { return std::exchange(said_, {}); }
  /// Why the stream must end, and the stream error to end it with.
  [[nodiscard]] const std::optional<failure>& failed() const noexcept { return failed_; }

  [[nodiscard]] const std::optional<jid>& own() const noexcept { return own_; }
  [[nodiscard]] bool managed() const noexcept { return managed_; }

 private:
  /// One stanza of a message on its way.
  class part {
   public:
    std::string id;
    std::string xml;
    std::uint64_t number = 0;  ///< for stream management
    bool unacknowledged = true;
    bool unseen = false;
  };

  /// A message on its way.
  class voyage {
   public:
    std::string stamp;
    bool in_room = false;   ///< said to all of a room
    std::string addressee;  ///< bare address, of whoever may send it back
    std::string id;         ///< of the first part
    std::vector<part> parts;
    std::size_t unacknowledged = 0;   ///< parts of which the server has not said that it has them
    std::size_t unseen = 0;           ///< parts that the room has not shown
    std::optional<time_point> until;  ///< for the room to show them
    bool followed = true;
  };

  /// Something that a room was told, and is not yet known to have taken.
  class notice {
   public:
    explicit notice(std::string room) : room(std::move(room)) {}

    std::string room;
    std::optional<failure> refused;
  };

  /// What is known of a message that came in.
  class arrival {
   public:
    arrival(const element& got, jid from, std::uint64_t number)
        : got(got), from(std::move(from)), number(number) {}

    const element& got;
    jid from;
    std::uint64_t number;
    bool of_room = false;  ///< from a room that we know, or from somebody there
    bool in_room = false;  ///< said to all of a room
    bool is_news = false;  ///< out of an archive, from while we were away
    std::string archive_id;
    std::optional<wall_time> sent;  ///< when, if somebody kept it
    event_origin origin = event_origin::person;
    std::optional<jid> real;  ///< who an occupant of a room is, if the room shows it
  };

  bool is_astray(const element& got, time_point now);
  void on_message(const element& got, std::uint64_t number, bool repeated, time_point now);
  [[nodiscard]] arrival arrived(const element& got, const jid& from, std::uint64_t number) const;
  void on_archived(const element& result, const jid& archive, std::uint64_t number);
  [[nodiscard]] static std::string place_of(const arrival& one);
  [[nodiscard]] static std::string answers_go_to(const arrival& one);
  void catch_up_with(const std::string& place);
  void ask_archive(const std::string& place, const std::string& query_id);
  void pass_unread(const std::string& place, const element& answer);
  void caught_up(const std::string& place);
  void hear(const arrival& one);
  void handled_unless_it_waits(std::uint64_t number, bool repeated, std::size_t events_before);
  void on_bounce(const element& got, time_point now);
  [[nodiscard]] bool may_send_back(std::uint64_t ticket, const jid& from) const;
  void on_presence(const element& got, time_point now);
  void on_presence_for_component(const element& got, const jid& from);
  void send_presence(std::string_view from, std::string_view to, std::string_view type);
  void tell_watchers(std::string_view type);
  void keep_soon();
  void on_iq(const element& got, std::uint64_t number, time_point now);
  bool on_menu(const element& got, std::uint64_t number, time_point now);
  void after_menu();
  bool on_management(const element& got);
  void emit(event_type type, const arrival& one, std::string text);
  [[nodiscard]] event made(event_type type, const arrival& one, std::string text) const;
  /// Who somebody in a room is.
  [[nodiscard]] principal speaker_in_room(const std::string& occupant, const std::string& nick,
                                          const std::optional<jid>& real) const;
  [[nodiscard]] std::optional<jid> real_in_archive(const element& got, const jid& from) const;
  [[nodiscard]] event_origin origin_of(const arrival& one) const;
  [[nodiscard]] bool is_own_account(const jid& who) const;
  [[nodiscard]] bool is_own_id(std::string_view id) const;
  [[nodiscard]] bool is_history(const arrival& one) const;
  void acknowledged(const acknowledgement& told);
  void part_acknowledged(std::uint64_t number);
  void part_seen(std::string_view id);
  void all_acknowledged(std::uint64_t ticket);
  void settle_if_done(std::uint64_t ticket);
  void settle(std::uint64_t ticket, std::optional<failure> refused);
  void after_rooms();
  void after_states();
  void ask_bookmarks();
  void follow_bookmarks(const element* items);
  bool on_bookmarks(const element& got, const jid& from);
  void on_unreadable(const arrival& one);
  void add_receipt(const arrival& one);
  /// Whether who sent this may know that we are there.
  [[nodiscard]] bool may_see_us(const jid& who, const element& got) const;
  void take_roster(const element& answer, bool all);
  void add_reply(element& stanza, const outgoing& message) const;
  /// Where a message leaves for: the device that asked, or was heard last, if it is a person.
  [[nodiscard]] std::string receiver(const jid& place, bool to_room,
                                     std::string_view answers) const;
  /// Which of our addresses says something to `place`; empty if there is only one.
  [[nodiscard]] std::string sender(const jid& place, std::string_view answers) const;
  void begin(time_point now);
  void send_again();
  void say_homeless(const std::string& room);
  void send_parts(const std::vector<part>& parts);
  void handled(std::uint64_t number);
  void reached(std::uint64_t number);
  void send(const element& stanza);
  void write(std::string xml, std::uint64_t number = 0);
  [[nodiscard]] bool wants_ack() const;
  [[nodiscard]] std::string next_id();
  void fail(failure why);

  session_options options_;
  logger log_;
  std::string id_prefix_;
  std::uint64_t ids_ = 0;
  std::optional<jid> own_;
  requests requests_;
  answers answers_;
  ad_hoc menu_;
  rooms rooms_;
  catch_up missed_;
  archive_positions heard_;
  std::optional<time_point> keep_at_;
  chat_states states_;
  std::uint64_t archive_queries_ = 0;

  stream_management stream_;
  bool managed_ = false;  ///< the server counts what we send, and we what it sends
  bool connected_ = false;
  bool resumed_ = false;  ///< the session has outlived a connection
  bool ack_asked_ = false;
  bool ack_due_ = false;         ///< the server asks what we have
  bool held_ = false;            ///< what came last waits until its place is caught up with
  std::uint64_t receiving_ = 0;  ///< number of the stanza that came last
  std::uint64_t unmanaged_ = 0;  ///< numbers of events without stream management

  time_point now_{};  ///< of what is being done
  time_point last_heard_{};
  time_point last_used_{};
  std::optional<time_point> probed_at_;
  std::chrono::system_clock::time_point began_{};  ///< the session, as servers stamp time
  std::string began_text_;                         ///< the same in ids

  std::map<std::uint64_t, voyage> voyages_;
  std::map<std::uint64_t, std::uint64_t> by_number_;           ///< tickets of parts
  std::map<std::string, std::uint64_t, std::less<>> by_part_;  ///< by id
  std::uint64_t parts_ = 0;
  std::map<std::string, std::uint64_t, std::less<>> by_stamp_;
  std::set<std::string, std::less<>> arrived_;  ///< stamps lately delivered
  std::deque<std::set<std::string, std::less<>>::const_iterator> arrived_order_;
  std::uint64_t tickets_ = 0;
  /// What was on its way to a room when the session was lost, until we are inside again.
  std::map<std::string, std::vector<part>, std::less<>> homeless_;
  std::map<std::string, notice, std::less<>> told_;  ///< `tell`, by id
  std::set<std::string, std::less<>> watchers_;      ///< of an account, as its roster says
  std::map<std::uint64_t, element> receipts_;  ///< due when the event with this number is the bot's
  session_talks talks_;
  component_addresses addresses_;          ///< of a component
  component_watchers component_watchers_;  ///< of these
  net::counted_notice came_back_;
  net::counted_notice astray_;
  net::counted_notice unreadable_;
  encryption_talks encrypted_;

  std::string output_;
  std::vector<event> events_;
  std::vector<said> said_;
  std::optional<failure> failed_;
};

}  // namespace mynah::xmpp
