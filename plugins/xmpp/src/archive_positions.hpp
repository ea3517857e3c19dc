// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mynah::xmpp {

/// How far the archive of a place has been heard (XEP-0313).
class archive_position {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  archive_position(std::string place, std::string id, wall_time heard_at)
      : place(std::move(place)), id(std::move(id)), heard_at(heard_at) {}

  friend bool operator==(const archive_position&, const archive_position&) = default;

  std::string place;   ///< bare address of a room; empty: the own account
  std::string id;      ///< of the last message, in the archive
  wall_time heard_at;  ///< by our clock
};

/// Up to where archives need not be read again, even by a bot that is started anew: what was heard
/// there and everything before it is the bot's (`conn::acknowledge`), so a crash cannot lose it. No
/// I/O.
///
/// Thread safety: none; on the bot's strand.
class archive_positions {
 public:
  using wall_time = archive_position::wall_time;

  /// Messages that may wait to become the bot's; beyond, the oldest counts as if it had.
  static constexpr std::size_t most_waiting = 10'000;

  /// A message was heard that has this id in the archive of the place. Called in the order in which
  /// they are heard; `number`: of its event.
  void heard(const std::string& place, std::string_view id, std::uint64_t number, wall_time now);
  /// The event with this number is the bot's, or there is none.
  void handled(std::uint64_t number);
  /// Nobody says of what waits any more that it is the bot's.
  void lost() { waiting_.clear(); }

  [[nodiscard]] bool changed() const noexcept { return !changed_.empty(); }
  /// What has changed since the last call, one of each place.
  [[nodiscard]] std::vector<archive_position> take_changed();

 private:
  class message {
   public:
    message(std::uint64_t number, archive_position at) : number(number), at(std::move(at)) {}

    std::uint64_t number;
    bool handled = false;
    archive_position at;
  };

  void reach(archive_position&& at);

  std::deque<message> waiting_;
  std::map<std::string, archive_position, std::less<>> changed_;
};

}  // namespace mynah::xmpp
