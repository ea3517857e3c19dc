// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <mynah/clock.hpp>

namespace mynah_test {

/// The machine's time, which a test can move forward: so nobody has to sit out a pause of a minute
/// between two tries to connect. Calendar time stays the machine's, for servers stamp with it.
///
/// Thread safety: all members may be called from any thread.
class forwarded_clock final : public mynah::clock,
                              public std::enable_shared_from_this<forwarded_clock> {
 public:
  explicit forwarded_clock(const boost::asio::any_io_executor& executor)
      : executor_(executor), timer_(executor) {}

  [[nodiscard]] time_point now() const noexcept override {
    const std::lock_guard lock(mutex_);
    return now_locked();
  }
  [[nodiscard]] wall_time wall() const noexcept override {
    return std::chrono::system_clock::now();
  }

  timer_id call_at(time_point when, std::function<void()> action) override {
    const std::lock_guard lock(mutex_);
    const std::pair<time_point, timer_id> place(when, ++last_);
    const bool first = actions_.empty() || place < actions_.begin()->first;
    actions_.emplace(place, std::move(action));
    times_.emplace(last_, when);
    if (first) arm();
    return last_;
  }

  bool cancel(timer_id timer) noexcept override {
    const std::lock_guard lock(mutex_);
    const auto found = times_.find(timer);
    if (found == times_.end()) return false;
    actions_.erase({found->second, timer});
    times_.erase(found);
    // With nothing left to wait for, an io_context must be able to run out of work.
    if (actions_.empty()) timer_.cancel();
    return true;
  }

  /// Moves the time on; what has become due by that runs on the executor, after whatever runs there
  /// now.
  void forward(duration step) {
    boost::asio::post(executor_, [self = shared_from_this(), step] {
      {
        const std::lock_guard lock(self->mutex_);
        self->ahead_ += step;
      }
      self->fire();
    });
  }

 private:
  [[nodiscard]] time_point now_locked() const noexcept {
    return std::chrono::time_point_cast<duration>(std::chrono::steady_clock::now()) + ahead_;
  }

  // Called with the mutex held.
  void arm() {
    timer_.expires_at(actions_.begin()->first.first - ahead_);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      if (error) return;
      if (const auto self = weak.lock()) self->fire();
    });
  }

  void fire() {
    std::unique_lock lock(mutex_);
    while (!actions_.empty() && actions_.begin()->first.first <= now_locked()) {
      const auto due = actions_.extract(actions_.begin());
      times_.erase(due.key().second);
      lock.unlock();
      due.mapped()();
      lock.lock();
    }
    if (!actions_.empty()) arm();
  }

  boost::asio::any_io_executor executor_;
  boost::asio::steady_timer timer_;
  mutable std::mutex mutex_;
  duration ahead_{0};
  timer_id last_ = 0;
  std::map<std::pair<time_point, timer_id>, std::function<void()>> actions_;
  std::map<timer_id, time_point> times_;
};

}  // namespace mynah_test
