// SPDX-License-Identifier: Apache-2.0
#include "flood_memory.hpp"

#include <algorithm>

#include "words.hpp"

namespace mynah::irc {

namespace {

// Beyond it a bot is of no use any more, and the reason must be another.
constexpr int most_halvings = 4;

}  // namespace

bool flood_memory::is_flood(std::string_view text) {
  return says_one_of(text, {"flood", "recvq", "receive buffer", "receive queue"});
}

void flood_memory::killed() noexcept {
  kills_ = std::min(kills_ + 1, most_halvings + 1);
}

pace flood_memory::allowed() const noexcept {
  const int halvings = std::max(kills_ - 1, 0);
  return pace(std::max(5 >> halvings, 1), std::chrono::seconds(2) * (1 << halvings));
}

}  // namespace mynah::irc
