// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <utility>

#include <mynah/clock.hpp>

namespace mynah_test {

/// A clock that a test moves by hand. Not thread-safe: everything happens on the test's thread.
class manual_clock final : public mynah::clock {
 public:
  [[nodiscard]] time_point now() const noexcept override { return now_; }
  [[nodiscard]] wall_time wall() const noexcept override {
    return wall_time(std::chrono::duration_cast<wall_time::duration>(now_.time_since_epoch()));
  }

  timer_id call_at(time_point when, std::function<void()> action) override {
    const timer_id id = ++last_;
    actions_.emplace(std::pair(when, id), std::move(action));
    return id;
  }

  bool cancel(timer_id timer) noexcept override {
    for (auto it = actions_.begin(); it != actions_.end(); ++it) {
      if (it->first.second == timer) {
        actions_.erase(it);
        return true;
      }
    }
    return false;
  }

  /// Moves the time on and fires what has become due, in order. Run the context afterwards.
  void advance(duration step) {
    const time_point until = now_ + step;
    while (!actions_.empty() && actions_.begin()->first.first <= until) {
      auto due = actions_.extract(actions_.begin());
      if (due.key().first > now_) now_ = due.key().first;
      due.mapped()();
    }
    now_ = until;
  }

  [[nodiscard]] std::size_t timers() const noexcept { return actions_.size(); }

 private:
  time_point now_{std::chrono::hours(1)};
  timer_id last_ = 0;
  std::map<std::pair<time_point, timer_id>, std::function<void()>> actions_;
};

}  // namespace mynah_test
