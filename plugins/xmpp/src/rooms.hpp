// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/event.hpp>
#include <mynah/log.hpp>

#include "counted_inviters.hpp"
#include "element.hpp"
#include "jid.hpp"
#include "net/counted_notice.hpp"
#include "occupant.hpp"
#include "room_options.hpp"

namespace mynah::xmpp {

/// The rooms that we are in or want to be in (XEP-0045): joins them, tries again where it may help,
/// follows invitations and bookmarks as far as the settings allow, comes back after being kicked
/// out, and knows who is there. No I/O: after each call see `take_stanzas` and `take_news`, and
/// call `tick` when `next_tick` has come.
///
/// Only the configured rooms are for ever. Where an invitation, a bookmark or the bot's own wish
/// brought us, we are until we leave or the session ends.
class rooms {
 public:
  using time_point = mynah::clock::time_point;

  /// Joins that wait for an answer at once.
  static constexpr std::size_t most_joining = 20;
  /// People that are remembered in one room; of the others nobody knows more than their nick.
  static constexpr std::size_t most_occupants = 20'000;
  /// Rooms to be in at once because the account has marked them.
  static constexpr std::size_t most_bookmarked = 200;

  /// Something that happened in a room.
  class happening {
   public:
    happening(event_type type, std::string room, occupant who, std::string text)
        : type(type), room(std::move(room)), who(std::move(who)), text(std::move(text)) {}

    event_type type;   ///< join, part or topic
    std::string room;  ///< bare address
    occupant who;
    std::string text;  ///< a reason, a topic, or the new nick
    std::string what;  ///< how it came: "kicked", "banned", "nick"; empty for the ordinary way
    bool own = false;
  };

  /// A place that somebody invited us into: whether it is a room, it is to be asked (XEP-0030).
  class inquiry {
   public:
    inquiry(jid room, jid whom) : room(std::move(room)), whom(std::move(whom)) {}

    jid room;
    jid whom;  ///< itself, or its service
  };

  rooms(room_options options, logger log);

  /// What every presence of ours holds besides (XEP-0115).
  void set_caps(element caps) { caps_ = std::move(caps); }
  /// A new session: asks for all configured rooms.
  void start(time_point now);
  /// The session is over, and with it all that was known.
  void lost();

  /// Takes a presence; false if it is from no room that we know of.
  bool presence(const element& got, time_point now);
  /// Takes a message of a room's service that is not talk: a topic, an invitation. False if it is
  /// none of that.
  bool message(const element& got, const jid& from, bool history, time_point now);
  /// A message of ours was refused because we are not in the room.
  void not_inside(std::string_view room, time_point now);
  /// Occupants of ours in rooms that were silent for long: each is to be pinged.
  [[nodiscard]] std::vector<jid> take_checks() { return std::exchange(checks_, {}); }
  /// What came of pinging one of them (XEP-0410, section 3.2).
  void checked(const jid& own, const result<element>& answer, time_point now);

  /// Whom to ask what they are, with disco#info.
  [[nodiscard]] std::vector<inquiry> take_inquiries() { return std::exchange(inquiries_, {}); }
  /// What they said. Only what is a room is entered.
  void inquired(const jid& room, const result<element>& answer, time_point now);

  /// Goes into a room that is not configured, or into one that was given up.
  void enter(const jid& room, std::string password, time_point now);
  /// True if the room was made by our entering. Errors: errc::not_sent with the room's words;
  /// errc::timed_out; errc::closed.
  using entered = std::function<void(result<bool>)>;
  /// The same, and tells what comes of it, at once if we are inside already. With `make` a room
  /// that is new stays locked: whoever asked for it configures it.
  void enter(const jid& room, std::string password, bool make, time_point now, entered then);
  void leave(const jid& room, std::string_view why);
  /// The account has marked it to be in (XEP-0402).
  void bookmarked(const jid& room, std::string password, time_point now);
  /// Has not, or not any more: leaves it if a mark is why we are there.
  void not_bookmarked(const jid& room);
  void no_bookmarks();
  /// The session ends: says goodbye in all rooms, and from now on being out of one is no news.
  void leave_all();
  /// The same where the server says it.
  void leaving() noexcept { leaving_ = true; }

  /// Whether this is one of the rooms, inside or not.
  [[nodiscard]] bool knows(const jid& room) const;
  /// Whether what comes from there is said in one of them: where somebody invited us, only once we
  /// are inside, as it may be a person and no room.
  [[nodiscard]] bool is_said_in_one(const jid& from) const;
  /// Whether we are inside, and all that was said before has been shown.
  [[nodiscard]] bool live(const jid& room) const;
  [[nodiscard]] bool inside(const jid& room) const;
  [[nodiscard]] bool is_own(const jid& from) const;
  /// Our nick there; the configured one where we are not.
  [[nodiscard]] std::string nick(const jid& room) const;
  /// Null if we do not see them.
  [[nodiscard]] const occupant* find(const jid& from) const;
  [[nodiscard]] std::vector<occupant> occupants(const jid& room) const;
  /// Whether it shows everybody's real address to everybody inside.
  [[nodiscard]] bool shows_addresses(const jid& room) const;
  [[nodiscard]] std::size_t count() const noexcept;

  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  void tick(time_point now);

  [[nodiscard]] std::vector<element> take_stanzas() { return std::exchange(stanzas_, {}); }
  [[nodiscard]] std::vector<happening> take_news() { return std::exchange(news_, {}); }

 private:
  enum class state : unsigned char {
    outside,  ///< if `due` is set, that is when to try
    asked,    ///< `due` is when to stop waiting for the answer
    inside,
  };

  class room {
   public:
    explicit room(jid address) : address(std::move(address)) {}

    jid address;
    std::string nick;
    std::string password;
    bool configured = false;
    bool by_invitation = false;
    bool by_bookmark = false;
    state where = state::outside;
    bool live = false;
    bool shows_addresses = false;
    std::optional<time_point> due;
    std::size_t nicks_tried = 0;
    int refusals = 0;  ///< in a row
    int kicks = 0;
    bool left_locked = false;              ///< if it is new, somebody else configures it
    std::optional<time_point> invited_at;  ///< when an invitation was followed there
    time_point joined_at{};
    time_point heard_at{};  ///< anything from there
    bool checking = false;
    std::map<std::string, occupant, std::less<>> people;
  };
  using room_map = std::map<std::string, room, std::less<>>;

  /// One that is followed if the place turns out to be a room.
  class invitation {
   public:
    invitation(std::string password, std::string by)
        : password(std::move(password)), by(std::move(by)) {}

    std::string password;
    std::string by;
    bool service_asked = false;
  };

  void tell_entered(const std::string& name, const result<bool>& outcome);
  void ask(room& one, time_point now);
  void ask_waiting(time_point now);
  void on_own_presence(room& one, const element& got, const element* about, time_point now);
  void on_refusal(room& one, const element& got, time_point now);
  void on_leaving(room& one, const element& got, const element* about, time_point now);
  void on_occupant(room& one, const jid& from, const element& got, const element* about);
  void outside(room& one, std::optional<time_point> again);
  void invited(const jid& room, std::string password, const std::string& by, time_point now);
  /// Rooms that we are in, or knock at, by invitation.
  [[nodiscard]] std::size_t guests() const;
  void follow(const jid& room, const invitation& one, time_point now);
  void not_following(const std::string& room, const std::string& by, std::string_view why,
                     time_point now);
  [[nodiscard]] bool believed(const room& one) const;
  [[nodiscard]] occupant shown(const room& one, const std::string& nick, const element* item) const;
  [[nodiscard]] const room* at(const jid& address) const;
  [[nodiscard]] std::string another_nick(const room& one) const;
  [[nodiscard]] element presence_to(const room& one) const;
  [[nodiscard]] std::optional<time_point> check_at(const room& one) const noexcept;

  room_options options_;
  logger log_;
  element caps_;
  bool started_ = false;
  bool leaving_ = false;  ///< the session ends
  room_map rooms_;
  std::map<std::string, std::vector<entered>, std::less<>> entering_;  ///< who waits, by room
  std::vector<element> stanzas_;
  std::vector<jid> checks_;
  std::map<std::string, invitation, std::less<>> invitations_;  ///< by room, until it is known
  std::vector<inquiry> inquiries_;
  std::vector<happening> news_;
  std::map<std::string, time_point, std::less<>> thrown_out_;  ///< until when, by room
  // Everybody can invite us.
  counted_inviters followed_;
  counted_inviters not_followed_;
  net::counted_notice in_vain_;
};

}  // namespace mynah::xmpp
