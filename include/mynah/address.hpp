// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mynah {

/// Where something was said, and where an answer goes: input, room, user, thread.
///
/// The four parts stay apart, so a `:` in a nick, a JID or an IPv6 address is only text. The room
/// is always the place an answer goes to: an IRC channel, an XMPP room, a Slack channel id; in a
/// private talk the nick, JID or direct channel, with `direct` set.
///
/// Thread safety: a value; distinct objects may be used from distinct threads.
class address {
 public:
  address() = default;
  address(std::string input, std::string room, std::string user = {}, std::string thread = {},
          bool direct = false);

  /// Printable form `input/room/user/thread`; trailing empty parts are left out, a direct room is
  /// marked with a leading `~`, and `/`, `%`, a leading `~` and control characters inside a part
  /// are percent-encoded. `parse` reads it back unchanged.
  [[nodiscard]] std::string to_string() const;

  /// Reads what `to_string` wrote; nothing if the text is no such form.
  [[nodiscard]] static std::optional<address> parse(std::string_view text);

  /// Same input, room and thread: messages there belong to one conversation, whoever speaks.
  [[nodiscard]] bool same_place(const address& other) const noexcept;

  friend bool operator==(const address&, const address&) = default;

  std::string input;    ///< instance name of the input, e.g. `irc` or `irc:libera`
  std::string room;     ///< where an answer goes
  std::string user;     ///< who spoke, as the room calls them; never an identity
  std::string thread;   ///< thread inside the room (Slack thread_ts, XMPP thread), empty if none
  bool direct = false;  ///< a talk between the bot and one user
};

}  // namespace mynah
