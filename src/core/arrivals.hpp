// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mynah/event.hpp>

#include "core/delivery.hpp"

namespace mynah::core {

/// Events whose fate is being recorded, with every arrival that the network is still owed an
/// acknowledgement for: one that is delivered again meanwhile, perhaps by another connection, is
/// not acknowledged before the first one is.
///
/// Executor and thread safety: on the bot's strand only.
class arrivals {
 public:
  /// The event arrived for the first time.
  void open(const event& seen, delivery&& arrived) {
    if (arrived.is_owed()) owed_[key_of(seen)].push_back(std::move(arrived));
  }

  /// It arrived again: true if it is being recorded, and then the acknowledgement comes with that.
  [[nodiscard]] bool again(const event& seen, delivery& arrived) {
    const auto found = owed_.find(key_of(seen));
    if (found == owed_.end()) return false;
    found->second.push_back(std::move(arrived));
    return true;
  }

  /// It is recorded, or nobody needs it.
  void close(const event& seen) {
    const auto found = owed_.find(key_of(seen));
    if (found == owed_.end()) return;
    std::vector<delivery> all = std::move(found->second);
    owed_.erase(found);
    for (delivery& each : all) each.acknowledge();
  }

 private:
  // An event without an id never comes again, and its delivery tells it from others.
  static std::string key_of(const event& seen) {
    return seen.from.input + '\n' +
           (seen.id.empty() ? '\n' + std::to_string(seen.delivery) : seen.id);
  }

  std::unordered_map<std::string, std::vector<delivery>> owed_;
};

}  // namespace mynah::core
