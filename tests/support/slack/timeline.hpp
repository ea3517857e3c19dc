// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace mynah_test::slack {

/// The emulator's time: the machine's, moved forward by the test; or one that only the test moves.
/// Belongs to the emulator's thread.
class timeline {
 public:
  using time_point = std::chrono::steady_clock::time_point;
  using duration = std::chrono::steady_clock::duration;
  using timer_id = std::uint64_t;

  timeline(boost::asio::io_context& context, bool manual);

  [[nodiscard]] time_point now() const;
  /// Microseconds since 1970.
  [[nodiscard]] std::uint64_t wall() const;

  timer_id after(duration pause, std::function<void()> action);
  void cancel(timer_id timer);
  /// Moves on; what is due by then is done, in order.
  void advance(duration step);

 private:
  void fire();
  void arm();

  bool manual_;
  time_point start_ = std::chrono::steady_clock::now();
  std::uint64_t wall_start_;
  duration ahead_{0};
  timer_id last_ = 0;
  std::map<std::pair<time_point, timer_id>, std::function<void()>> actions_;
  std::map<timer_id, time_point> times_;
  boost::asio::steady_timer timer_;
};

}  // namespace mynah_test::slack
