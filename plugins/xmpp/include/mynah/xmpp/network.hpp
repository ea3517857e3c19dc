// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/error_code.hpp>
#include <mynah/network.hpp>
#include <mynah/task.hpp>

namespace mynah {
class bot_view;
}

namespace mynah::xmpp {

/// What somebody is to a room, whether they are in it or not (XEP-0045, section 5.2).
enum class affiliation : unsigned char {
  owner,
  admin,
  member,
  none,
  outcast  ///< may not enter
};

/// `owner`, `admin`, `member`, `none`, `outcast`.
[[nodiscard]] std::string_view to_string(affiliation one) noexcept;

/// How a room is to be. What is not set stays as it is, in a new room as its service has it.
class room_settings {
 public:
  room_settings() = default;

  std::optional<std::string> title;
  std::optional<std::string> description;
  std::optional<std::string> password;  ///< empty: none is needed
  std::optional<bool> members_only;
  std::optional<bool> persistent;     ///< it is there also while nobody is in it
  std::optional<bool> hidden;         ///< not in the service's list of rooms
  std::optional<bool> non_anonymous;  ///< everybody sees who is who, not only moderators
};

/// Somebody who has an affiliation with a room, or is in it.
class room_person {
 public:
  room_person() = default;

  std::string nick;     ///< empty: not told
  std::string address;  ///< the bare address; empty where the room does not show it
  xmpp::affiliation affiliation = xmpp::affiliation::none;
  bool is_moderator = false;
};

/// What an XMPP server can do beyond talking: rooms (XEP-0045), and keeping files (XEP-0363).
///
///     task<std::string> incident(async_context& ctx) {
///       const auto xmpp = xmpp::network::of(ctx.bot(), ctx.event().from.input);
///       if (xmpp == nullptr) co_return "only on XMPP";
///       xmpp::room_settings how;
///       how.members_only = true;
///       const result<std::string> room = co_await xmpp->create("incident-7", how);
///       if (room.has_error()) {
///         throw command_error(room.error().message() + ": " + room.error().remote());
///       }
///       co_return "see " + *room;
///     }
///
/// A room is given by its address, or by its name alone if it is at the room service of the own
/// server, which is found by asking the server (XEP-0030). People are bare addresses, save where a
/// nick is asked for.
///
/// Executor and thread safety: on the bot's strand only, so in coroutine commands, not in blocking
/// ones. Several may be asked at once.
///
/// Errors: errc::not_sent with the peer's own words if it refuses, or if an argument is no address;
/// errc::closed while there is no connection; errc::timed_out without an answer in 30 seconds to
/// one of the questions that it takes. Cancellation: terminal.
class network : public mynah::network {
 public:
  /// The network behind an input such as `xmpp`; null if there is none, or it is not XMPP.
  [[nodiscard]] static std::shared_ptr<network> of(const bot_view& bot, std::string_view input);

  /// Makes a room, is in it from then on, and gives its address. Nobody else can enter before the
  /// settings hold; when one of them cannot be had, the room is destroyed again. Errors: besides,
  /// errc::not_sent if there is such a room already.
  virtual task<result<std::string>> create(std::string room, room_settings how = {}) = 0;
  /// Changes what is set in `how`. Errors: besides, errc::not_sent if the room does not know one of
  /// these settings; then nothing is changed.
  virtual task<result<void>> configure(std::string room, room_settings how) = 0;
  /// `alternative`: the address of a room to go to instead.
  virtual task<result<void>> destroy(std::string room, std::string why = {},
                                     std::string alternative = {}) = 0;
  virtual task<result<void>> set_topic(std::string room, std::string text) = 0;
  /// Has the room invite somebody; into one for members only that makes them a member where the
  /// service says so, so see to it with `set_affiliation`.
  virtual task<result<void>> invite(std::string room, std::string who, std::string why = {}) = 0;
  virtual task<result<void>> kick(std::string room, std::string nick, std::string why = {}) = 0;
  virtual task<result<void>> set_affiliation(std::string room, std::string who,
                                             xmpp::affiliation what, std::string why = {}) = 0;
  /// Everybody of this affiliation; `none` cannot be listed.
  virtual task<result<std::vector<room_person>>> affiliations(std::string room,
                                                              xmpp::affiliation what) = 0;
  /// Who is inside, ourselves included. Errors: besides, errc::not_sent if we are not.
  virtual task<result<std::vector<room_person>>> occupants(std::string room) = 0;
  /// Goes into a room, which must exist. Until the session ends: rooms for good are configured.
  virtual task<result<void>> enter(std::string room, std::string password = {}) = 0;
  virtual task<result<void>> leave(std::string room, std::string why = {}) = 0;

  /// Puts a file where others can get it, by the own server's upload service (XEP-0363), and gives
  /// its URL, which whoever knows it can open. `name`: as it is shown; what stands before the last
  /// `/` is left out. `type`: such as `text/plain`; empty: not told. The service's certificate is
  /// verified as that of the server is, by the same authorities. Errors: besides, errc::not_sent if
  /// there is no such service or the file is too big for it; those of the connection to it.
  virtual task<result<std::string>> upload(std::string name, std::string type,
                                           std::string bytes) = 0;
};

}  // namespace mynah::xmpp
