// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <mynah/store.hpp>

namespace mynah::core {

/// What a store in memory holds.
class memory_state {
 public:
  using wall_time = std::chrono::system_clock::time_point;
  using values = std::map<std::string, std::string, std::less<>>;
  using event_key = std::pair<std::string, std::string>;

  class item : public queue_item {
   public:
    wall_time buried_at{};
  };

  /// Only so many audit entries are kept.
  static constexpr std::size_t audit_limit = 10'000;

  std::map<std::string, values, std::less<>> spaces;

  std::map<event_key, wall_time> events;
  std::set<std::pair<wall_time, const event_key*>> events_by_time;

  std::map<std::int64_t, item> items;
  std::map<std::string, std::set<std::int64_t>, std::less<>> queues;

  std::map<std::int64_t, audit_entry> audit;

  // Not taken back with a transaction: no number comes twice.
  std::int64_t last_item = 0;
  std::int64_t last_token = 0;
  std::int64_t last_audit = 0;
};

}  // namespace mynah::core
