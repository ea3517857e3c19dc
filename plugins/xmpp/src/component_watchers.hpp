// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "jid.hpp"

namespace mynah::xmpp {

/// Somebody who is told when one of a component's addresses comes and goes.
class watcher {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  watcher(std::string who, std::string own, std::optional<wall_time> asked_at)
      : who(std::move(who)), own(std::move(own)), asked_at(asked_at) {}

  friend bool operator==(const watcher&, const watcher&) = default;

  std::string who;                    ///< bare address
  std::string own;                    ///< bare address of ours
  std::optional<wall_time> asked_at;  ///< by our clock; nothing: they are not told any more
};

/// Who sees the presence of a component's addresses (XEP-0114), because its server keeps no roster
/// for it. No I/O: what `take_changed` gives is to be kept for the next start.
///
/// Thread safety: none; on the bot's strand.
class component_watchers {
 public:
  using wall_time = watcher::wall_time;
  /// Bare addresses of ours, by the bare address of who sees them, and when they asked last.
  using watcher_map =
      std::map<std::string, std::map<std::string, wall_time, std::less<>>, std::less<>>;

  /// Pairs of somebody and an address of ours; of more the one that was asked for the longest ago
  /// is forgotten.
  static constexpr std::size_t most = 10'000;
  /// Addresses of ours that one of them sees; further ones take the place of the oldest, too.
  static constexpr std::size_t most_each = 20;
  /// Servers ask each time when one of their users comes; that is kept once in so long.
  static constexpr std::chrono::hours kept_again_after{24};

  /// Those of an earlier start.
  void remember(const std::vector<watcher>& kept);
  /// `who` is told from now on when `own` comes and goes, or not any more.
  void watch(const jid& who, const jid& own, wall_time now);
  void unwatch(const jid& who, const jid& own);

  [[nodiscard]] bool sees(const jid& who, const jid& own) const;
  [[nodiscard]] const watcher_map& all() const noexcept { return watchers_; }

  [[nodiscard]] bool changed() const noexcept { return !changed_.empty(); }
  /// What has changed since the last call, one of each pair.
  [[nodiscard]] std::vector<watcher> take_changed();

 private:
  using pair = std::pair<std::string, std::string>;  // who, own

  void add(const std::string& who, const std::string& own, wall_time asked_at);
  void remove(const std::string& who, const std::string& own);

  watcher_map watchers_;
  std::set<std::tuple<wall_time, std::string, std::string>> by_age_;
  std::map<pair, std::optional<wall_time>> changed_;
};

}  // namespace mynah::xmpp
