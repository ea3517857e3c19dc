// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_set.hpp>

namespace mynah::core {

/// The newest events this process has seen, by their network's ids: what is delivered again is
/// dropped without asking the store. Keeps a bounded number, and hashes only.
///
/// Thread safety: none; used on the bot's strand.
class recent_ids {
 public:
  explicit recent_ids(std::size_t most = 16'384) : most_(most) {}

  /// Remembers the event; false if it was there.
  bool insert(std::string_view input, std::string_view id);

 private:
  std::size_t most_;
  std::size_t next_ = 0;
  std::vector<std::uint64_t> order_;  ///< a ring, oldest at `next_` once it is full
  boost::unordered_flat_set<std::uint64_t> known_;
};

}  // namespace mynah::core
