// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

#include "pace.hpp"

namespace mynah::irc {

/// Remembers, from one connection to the next, that a server ended one because we sent too much.
/// The first time the connections after it keep to the pace of RFC 1459, each further time to half
/// of the pace before.
class flood_memory {
 public:
  /// Whether these words of an ERROR say that too much was sent.
  [[nodiscard]] static bool is_flood(std::string_view text);

  void killed() noexcept;
  [[nodiscard]] bool careful() const noexcept { return kills_ > 0; }
  /// Only if `careful`.
  [[nodiscard]] pace allowed() const noexcept;

 private:
  int kills_ = 0;
};

}  // namespace mynah::irc
