// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace mynah::irc {

/// What a bot has heard last, room by room, kept from one connection to the next: what was said
/// after that, while the bot was away, is news to it when the server plays it back, and everything
/// else that is played back is history.
///
/// A room is known after the first message there that had a time (IRCv3 server-time). Rooms are
/// named as the caller folds them; all private talk is one room, the empty name, which is known
/// after the first message anywhere, because anybody may have begun to talk meanwhile.
///
/// Thread safety: none; on the bot's strand.
class catch_up {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  /// Rooms that are remembered; beyond them the one that was silent longest is forgotten.
  static constexpr std::size_t most_rooms = 4096;
  /// Messages that are news in one room after one reconnect; the rest is history.
  static constexpr std::size_t most_messages = 100;

  /// A connection begins: what was heard until now was heard before the gap.
  void connected();

  /// A message was said just now.
  void heard(const std::string& room, wall_time time);

  /// When the last message before the gap was said; nothing if there is none to go by.
  [[nodiscard]] std::optional<wall_time> gap_begins(const std::string& room) const;

  /// Whether a message that is played back was said in the gap. Each time this says yes it counts
  /// towards `most_messages`. Messages without an id never are: nobody could tell whether they were
  /// heard before.
  [[nodiscard]] bool is_news(const std::string& room, std::string_view id,
                             std::optional<wall_time> time);

 private:
  class place {
   public:
    wall_time last;                   ///< heard
    std::optional<wall_time> before;  ///< heard before the gap
    std::size_t news = 0;
  };

  void last_heard(const std::string& room, wall_time time);

  std::map<std::string, place> rooms_;
};

}  // namespace mynah::irc
