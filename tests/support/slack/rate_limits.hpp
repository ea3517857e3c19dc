// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "timeline.hpp"

namespace mynah_test::slack {

/// How often something may be called.
struct allowance {
  double per_minute = 0;
  /// At once.
  double burst = 0;
};

/// Slack's tiers: 1 to 4, 5 for "hundreds per minute".
[[nodiscard]] allowance tier(int number);

/// Who has called what how often. Belongs to the emulator's thread.
class rate_limits {
 public:
  /// The whole seconds to wait if this is one too many, else nothing and it is counted.
  std::optional<int> refuse(const std::string& key, const allowance& allowed,
                            timeline::time_point now);
  /// Refuses everything of that key for so long, whatever its allowance.
  void block(const std::string& key, std::chrono::seconds pause, timeline::time_point now);
  /// The wait that a block leaves, and whether the caller has come back earlier than it was told:
  /// not just with a call that was under way when it was told.
  struct blocked {
    int seconds = 0;
    bool early = false;
  };
  std::optional<blocked> is_blocked(const std::string& key, timeline::time_point now);

 private:
  struct bucket {
    double filled = 0;
    timeline::time_point at;
  };
  struct block_entry {
    timeline::time_point until;
    std::chrono::steady_clock::time_point told;
  };
  std::unordered_map<std::string, bucket> buckets_;
  std::unordered_map<std::string, block_entry> blocks_;
};

}  // namespace mynah_test::slack
