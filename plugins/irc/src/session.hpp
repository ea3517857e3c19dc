// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/event.hpp>
#include <mynah/log.hpp>
#include <mynah/reply.hpp>

#include "batches.hpp"
#include "capabilities.hpp"
#include "confirmations.hpp"
#include "ctcp_answers.hpp"
#include "description.hpp"
#include "isupport.hpp"
#include "line_buffer.hpp"
#include "members.hpp"
#include "message.hpp"
#include "multiline_inbox.hpp"
#include "netsplits.hpp"
#include "nickserv.hpp"
#include "own_nick.hpp"
#include "query.hpp"
#include "render.hpp"
#include "rooms.hpp"
#include "round_trips.hpp"
#include "sasl_login.hpp"
#include "session_options.hpp"
#include "sts.hpp"

namespace mynah::irc {

/// The IRC protocol of one connection as a state machine without I/O: bytes and the time go in;
/// lines to send, events, and how things stand come out. Nothing of it outlives the connection.
///
/// After each call of `start`, `receive` and `tick` take `take_lines` and `take_events`, look at
/// `online` and `failed`, and call `tick` again when `next_tick` has come.
class session {
 public:
  using time_point = mynah::clock::time_point;

  /// A line for the server, made by `on_wire`.
  class outgoing_line {
   public:
    outgoing_line(std::string text, bool urgent) : text(std::move(text)), urgent(urgent) {}

    std::string text;
    bool urgent;  ///< not to wait for anything: registration, PONG, PING, QUIT
  };

  session(session_options options, logger log);

  void start(time_point now);
  void receive(std::string_view bytes, time_point now);
  /// A sign of life of the server, or a time in which it was not listened to.
  void heard(time_point now) noexcept;
  void tick(time_point now);
  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  /// Asks for the end of the connection.
  void quit(std::string_view why);

  /// Logged in: channels are being joined, messages may be sent.
  [[nodiscard]] bool online() const noexcept { return stage_ == stage::online; }
  /// Why the connection is over, if the protocol says that it is. Stays as it is from then on.
  [[nodiscard]] const std::optional<failure>& failed() const noexcept { return failed_; }

  [[nodiscard]] std::vector<outgoing_line> take_lines() { return std::exchange(lines_, {}); }
  [[nodiscard]] std::vector<event> take_events() { return std::exchange(events_, {}); }

  /// Asks the server. `take_answered` tells when to look at it again.
  void ask(std::shared_ptr<query> asked);
  void forget(const std::shared_ptr<query>& asked);
  /// Whether a query was answered since the last call.
  [[nodiscard]] bool take_answered() noexcept { return std::exchange(query_answered_, false); }

  [[nodiscard]] const std::string& nick() const noexcept { return me_.name(); }
  [[nodiscard]] standing how_it_stands() const;
  /// What the server told of strict transport security, if it did: on a plain connection a port,
  /// and then the session has failed; within TLS a duration.
  [[nodiscard]] const sts_offer& sts() const noexcept { return sts_; }

  /// Somebody gave up a nick.
  class departure {
   public:
    std::string from;
    std::string to;  ///< the new one; empty: gone, or no nick at all
  };
  [[nodiscard]] std::vector<departure> take_departures() { return std::exchange(departures_, {}); }
  /// Whether both name the same person or channel.
  [[nodiscard]] bool is_same(std::string_view one, std::string_view other) const {
    return same_name(one, other, server_.mapping);
  }

  /// One message as it goes out.
  class utterance {
   public:
    std::vector<std::string> texts;  ///< what it says; more than one with draft/multiline
    std::vector<std::string> lines;  ///< for the wire, to be sent without others between them
    std::uint64_t number = 0;        ///< of its confirmation; zero: nothing will confirm it
    bool labeled = false;
    std::string echo;  ///< the text that comes back
  };

  /// Whom a message there is addressed to: the room, or those of its members whom the thread names
  /// (`@` for `@#room`).
  ///
  /// Errors: errc::not_sent for a thread that the server does not know.
  [[nodiscard]] result<std::string> target_of(const address& to) const;
  /// The texts of the messages that a reply to `room` becomes, as `render` makes them; `more` as
  /// there.
  ///
  /// Errors: errc::not_sent for what cannot be the name of a room.
  [[nodiscard]] result<rendered_reply> compose(const std::string& room, const reply& body,
                                               std::string more) const;
  /// These texts as messages to a room that `compose` did not refuse. Those that are too long by
  /// now are split once more.
  [[nodiscard]] std::vector<utterance> utter(const std::string& room,
                                             const std::vector<std::string>& texts);
  /// The same as lines for the wire, for who does not ask what becomes of them.
  [[nodiscard]] std::vector<std::string> lines(const std::string& room,
                                               const std::vector<std::string>& texts) const;
  /// Whether utterances are confirmed.
  [[nodiscard]] bool confirms() const { return confirms(true) || confirms(false); }
  /// Whether those are that were made with a label, or without.
  [[nodiscard]] bool confirms(bool labeled) const;
  /// Whether that may have changed since the last call.
  [[nodiscard]] bool take_confirms_changed() noexcept {
    return std::exchange(confirms_changed_, false);
  }
  /// The server does not do what it offers: nothing is confirmed from now on.
  void expect_no_confirmations() noexcept;
  /// The first line of an utterance with a number leaves now: see `take_confirmations`.
  void uttered(const std::string& room, std::uint64_t number, const std::string& echo,
               bool labeled);
  void forget_utterance(std::uint64_t number) { confirmations_.forget(number); }
  [[nodiscard]] std::vector<confirmation> take_confirmations() { return confirmations_.take(); }

  /// Whether this names a channel; a nick else.
  [[nodiscard]] bool is_channel(std::string_view room) const noexcept {
    return server_.is_channel(room);
  }

  /// A PING for the wire that leaves now; see `numbered_answers`.
  [[nodiscard]] std::string probe(time_point now);
  [[nodiscard]] const round_trips& pings() const noexcept { return pings_; }

  /// Asks how others see us, once, if nothing told it yet: until then messages are shorter. Whether
  /// there is a line to be taken now.
  bool ask_own_prefix();

  /// Length of `:nick!user@host ` as others see it; assumed at its longest until it is known.
  [[nodiscard]] std::size_t prefix_length() const noexcept { return me_.prefix_length(); }

 private:
  enum class stage : unsigned char { registering, welcomed, online };

  void handle(const message& got, time_point now);
  /// `expected`: whoever asked hears of it.
  void handle_numeric(const message& got, int numeric, bool expected, time_point now);
  void introduce();
  void on_cap(const message& got, time_point now);
  [[nodiscard]] bool must_use_tls();
  void follow_login();
  void end_negotiation();
  void on_nick_refused(const message& got, int numeric, time_point now);
  void on_error(const message& got);
  void on_pong(const message& got, time_point now);
  void on_join(const message& got, time_point now);
  void on_part(const message& got);
  void on_nick(const message& got, time_point now);
  void on_quit(const message& got, time_point now);
  void depart(std::string_view from, std::string_view to);
  void on_invite(const message& got, time_point now);
  void on_kill(const message& got);
  void on_names(const message& got);
  void ask_for_accounts(std::string_view channel);
  void learn_account(std::string_view nick, std::string_view account);
  void on_kick(const message& got, time_point now);
  void on_text(const message& got, bool notice, time_point now);
  void answer_ctcp(const message_source& from, const ctcp& query, time_point now);
  void on_own_who(const message& got);
  void on_unlabeled_error(const message& got, int numeric);
  [[nodiscard]] std::string encoded(std::string_view text) const;
  [[nodiscard]] std::vector<std::string_view> fitting(const std::string& room,
                                                      const std::vector<std::string>& texts) const;
  [[nodiscard]] std::size_t used_by(const std::string& room) const noexcept;

  void become_online(time_point now);
  void follow_services(time_point now);
  void follow_parts();
  /// Tells of something that has no type of event of its own: `command` says what it was. Null if
  /// nobody is to know.
  event* tell(event_type type, const message& got, std::string room, std::string text,
              std::string command, metadata more = {});
  [[nodiscard]] bool has_account() const noexcept;
  void ask_for_missed(std::string_view channel);
  void ask_who_wrote();
  void on_history(const message& got);
  [[nodiscard]] static std::string history_from(catch_up::wall_time since);
  [[nodiscard]] std::string history_limit() const;
  void send(std::string_view line, bool urgent = false);
  void fail(failure why);
  void send_queries();
  void emit_raw(const message& got);
  /// Null if nobody is to know.
  event* emit(event_type type, const message& got, std::string room, bool direct, std::string text);
  [[nodiscard]] event made(event_type type, const message& got, std::string room, bool direct,
                           std::string text) const;
  /// The services account that the network vouches for; empty if there is none.
  [[nodiscard]] std::string_view account_of(const message& got, std::string_view nick) const;
  [[nodiscard]] bool is_me(std::string_view name) const;
  [[nodiscard]] std::string room_name(std::string_view channel) const;
  /// Channels that we share with somebody, with commas between them.
  [[nodiscard]] std::string shared_with(std::string_view nick) const;

  session_options options_;
  logger log_;
  isupport server_;
  capabilities capabilities_;
  bool introduced_ = false;  ///< PASS, NICK and USER are sent
  std::optional<time_point> introduce_at_;
  sts_offer sts_;
  bool negotiated_ = false;          ///< CAP END is sent
  std::optional<sasl_login> login_;  ///< if one is wanted
  std::optional<time_point> login_until_;
  batches batches_;
  std::size_t people_asked_ = 0;  ///< for what they said while we were away
  multiline_inbox multiline_;
  line_buffer buffer_;
  std::size_t dropped_lines_ = 0;
  stage stage_ = stage::registering;
  bool quitting_ = false;
  std::optional<failure> failed_;

  own_nick me_;
  queries queries_;
  bool query_answered_ = false;
  std::string account_;  ///< ours, as the server told
  members members_;
  rooms rooms_;
  netsplits netsplits_;
  nickserv services_;
  bool logged_in_ = false;       ///< 900 came, and no 901
  bool joined_rooms_ = false;    ///< asked for the configured channels
  bool services_ended_ = false;  ///< what came of the login to services is told

  time_point last_received_{};
  std::optional<time_point> probed_at_;
  std::optional<time_point> online_at_latest_;
  ctcp_answers ctcp_answers_;
  round_trips pings_;
  confirmations confirmations_;
  bool batches_refused_ = false;  ///< no messages of several lines any more
  bool confirms_changed_ = false;
  bool confirms_nothing_ = false;
  std::uint64_t last_utterance_ = 0;
  bool asked_own_prefix_ = false;

  std::vector<outgoing_line> lines_;
  std::vector<event> events_;
  std::vector<departure> departures_;
};

}  // namespace mynah::irc
