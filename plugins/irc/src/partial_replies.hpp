// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>

namespace mynah::irc {

/// What is left of replies that were sent in part, from one connection to the next: when such a
/// reply is sent again, only that is said. One reply per room, for a while.
class partial_replies {
 public:
  using time_point = mynah::clock::time_point;

  static constexpr std::size_t most_rooms = 256;
  static constexpr std::chrono::minutes kept_for{60};

  [[nodiscard]] bool empty() const noexcept { return rooms_.empty(); }
  /// `left`: the texts of the messages that are still to be said; none: all is said.
  void keep(const outgoing& reply, std::vector<std::string> left, time_point now);
  /// What is left of this reply, if it was kept; in any case nothing is kept for its room any more.
  [[nodiscard]] std::optional<std::vector<std::string>> take(const outgoing& reply, time_point now);

 private:
  class entry {
   public:
    std::string stamp;
    std::string text;
    std::vector<std::string> left;
    time_point kept_at;
  };

  std::map<std::string, entry> rooms_;
};

}  // namespace mynah::irc
