// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <mynah/clock.hpp>

namespace mynah::net {

/// How long to wait before the next try to connect: doubles from `first` to `longest`, with a
/// random part so that many clients of one server do not come back in step. Only computes; it never
/// waits and never reads a clock.
///
///     backoff delays(1s, 60s, seed);
///     for (;;) {
///       // connect ...; delays.connected(clock.now()); ... ; delays.lost(clock.now());
///       co_await sleep_for(clock, delays.next());
///     }
///
/// Thread safety: a value; distinct objects may be used from distinct threads.
class backoff {
 public:
  using milliseconds = std::chrono::milliseconds;
  using time_point = mynah::clock::time_point;

  /// `seed` decides the random parts; the same seed gives the same delays. A connection that lived
  /// for `healthy` or longer makes the delays start from `first` again.
  explicit backoff(milliseconds first = std::chrono::seconds(1),
                   milliseconds longest = std::chrono::seconds(60), std::uint64_t seed = 1,
                   milliseconds healthy = std::chrono::seconds(60)) noexcept;

  /// The delay before the next try: between half of the current step and the whole of it. The step
  /// then doubles, up to `longest`.
  [[nodiscard]] milliseconds next() noexcept;

  /// The server asked for more patience: the next delay is between half of `longest` and `longest`.
  void throttled() noexcept;

  /// Starts from `first` again.
  void reset() noexcept;

  /// A connection is up (registered, not merely connected) since `when`.
  void connected(time_point when) noexcept;
  /// The connection ended. Resets if it was up for the healthy period. Without a `connected`
  /// before, nothing changes.
  void lost(time_point when) noexcept;

 private:
  milliseconds first_;
  milliseconds longest_;
  milliseconds healthy_;
  milliseconds step_;
  std::uint64_t state_;
  std::optional<time_point> up_since_;
};

}  // namespace mynah::net
