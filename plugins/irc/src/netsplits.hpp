// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>

#include "message.hpp"

namespace mynah::irc {

/// Folds the many QUITs of a netsplit into one report, and so the JOINs of those who come back. No
/// I/O: look at `take_reports` after each call, and call `tick` when `next_tick` has come.
///
/// A QUIT belongs to a split if its text is two names of servers, or if it is in a `netsplit`
/// batch; a JOIN belongs to the return if whoever joins was lost in a split, or in a `netjoin`
/// batch. What is kept is bounded, whatever the server sends: who does not fit comes back unfolded.
class netsplits {
 public:
  using time_point = mynah::clock::time_point;

  static constexpr std::size_t most_lost = 4096;
  static constexpr std::size_t most_open = 16;
  static constexpr std::size_t most_batches = 64;

  /// One split or one return, when it is over.
  class report {
   public:
    bool joined = false;    ///< they came back
    std::string servers;    ///< the two, with a blank between them
    std::size_t count = 0;  ///< QUITs or JOINs
  };

  /// Whether a QUIT with this text is one of a split.
  [[nodiscard]] static bool is_split(std::string_view text) noexcept;

  /// Takes a BATCH message.
  void batch(const message& got, time_point now);
  /// Takes a QUIT or a JOIN of somebody else; whether it is folded, and so no news of its own.
  [[nodiscard]] bool quit(const message& got, time_point now);
  [[nodiscard]] bool join(const message& got, time_point now);

  void tick(time_point now);
  /// The largest time if there is nothing to wait for.
  [[nodiscard]] time_point next_tick() const noexcept;
  [[nodiscard]] std::vector<report> take_reports() { return std::exchange(reports_, {}); }

 private:
  class fold {
   public:
    std::size_t count = 0;
    time_point first;
    time_point last;
  };
  class loss {
   public:
    std::string servers;
    time_point when;
    bool is_back = false;
  };
  using fold_key = std::pair<bool, std::string>;  ///< whether they join; the servers

  void add(bool joined, const std::string& servers, time_point now);
  void close(std::map<fold_key, fold>::iterator done);
  void remember(const std::string& source, const std::string& servers, time_point now);
  void forget_old(time_point now);

  std::map<fold_key, fold> open_;
  std::map<std::string, std::pair<bool, std::string>, std::less<>> batches_;  ///< as in fold_key
  std::map<std::string, loss, std::less<>> lost_;                             ///< by nick!user@host
  std::deque<std::pair<time_point, std::string>> lost_order_;
  std::vector<report> reports_;
};

}  // namespace mynah::irc
