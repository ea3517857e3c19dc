// SPDX-License-Identifier: Apache-2.0
#include "core/recent_ids.hpp"

#include <functional>

namespace mynah::core {

bool recent_ids::insert(std::string_view input, std::string_view id) {
  const std::hash<std::string_view> hash;
  const std::uint64_t key = hash(id) ^ (hash(input) * 0x9E3779B97F4A7C15ULL);
  if (!known_.insert(key).second) return false;
  if (order_.size() < most_) {
    order_.push_back(key);
    return true;
  }
  known_.erase(order_[next_]);
  order_[next_] = key;
  next_ = (next_ + 1) % most_;
  return true;
}

}  // namespace mynah::core
