// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include <mynah/clock.hpp>

#include "net/counted_notice.hpp"

namespace mynah::xmpp {

/// Counts invitations by who sent them, so that the log tells once a minute how many there were,
/// and whose most of them are.
///
/// Thread safety: none.
class counted_inviters {
 public:
  /// Addresses that are told apart within a minute; the others are counted together.
  static constexpr std::size_t most_told_apart = 100;

  class summary {
   public:
    summary(std::uint64_t count, std::string by) : count(count), by(std::move(by)) {}

    std::uint64_t count;  ///< since it was told last
    std::string by;       ///< "eve@evil.test (90), bob@b.test (7), others (4)"; at most three names
  };

  /// One more by `who`, a bare address. What is to be told, or nothing if that was less than a
  /// minute ago.
  [[nodiscard]] std::optional<summary> add(const std::string& who, mynah::clock::time_point now);

 private:
  net::counted_notice notice_;
  std::map<std::string, std::uint64_t> by_;
};

}  // namespace mynah::xmpp
