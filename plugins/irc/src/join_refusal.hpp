// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string_view>

namespace mynah::irc {

/// What a numeric that refuses a JOIN means for us, and for the people who run the channel.
class join_refusal {
 public:
  enum class kind : unsigned char {
    passing,   ///< full, throttled: again in minutes
    closed,    ///< invited or logged-in people only: as soon as we are that, and now and then
    unwanted,  ///< banned, or sent elsewhere: again, but rarely
    final      ///< no use in trying again on this connection
  };

  /// What is known of the numeric; of unknown ones: passing.
  [[nodiscard]] static const join_refusal& of(int numeric) noexcept;
  /// Whether the numeric is known to refuse a JOIN.
  [[nodiscard]] static bool is_one(int numeric) noexcept;
  /// Whether it refuses a JOIN if it is about a channel that we have asked to join: servers have
  /// numerics of their own for that, some beyond the errors of the protocol.
  [[nodiscard]] static bool may_be_one(int numeric) noexcept;

  /// How long to wait after so many refusals in a row, this one included. Not for final ones.
  [[nodiscard]] std::chrono::milliseconds delay(int refusals) const noexcept;

  int numeric;
  kind what;
  std::string_view remedy;  ///< what somebody can do about it
};

}  // namespace mynah::irc
