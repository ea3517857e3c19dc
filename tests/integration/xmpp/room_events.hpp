// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stdexcept>
#include <string_view>
#include <vector>

#include <mynah/stream.hpp>

namespace mynah_test {

/// A stream that keeps what it sees, for a test to wait for.
class room_events final : public mynah::stream {
 public:
  [[nodiscard]] std::string_view name() const noexcept override { return "room-events"; }

  mynah::stream_verdict on_event(mynah::event& seen, mynah::emitter& /*out*/) override {
    const std::lock_guard lock(mutex_);
    seen_.push_back(seen);
    changed_.notify_all();
    return mynah::stream_verdict::pass;
  }

  /// The next event of this type behind the one that was waited for last.
  mynah::event wait_for(mynah::event_type type) {
    std::unique_lock lock(mutex_);
    const auto found = [&] {
      while (next_ < seen_.size()) {
        if (seen_[next_++].type == type) return true;
      }
      return false;
    };
    if (!changed_.wait_for(lock, std::chrono::seconds(30), found)) {
      throw std::runtime_error("no such event came");
    }
    return seen_[next_ - 1];
  }

  /// All events so far.
  [[nodiscard]] std::vector<mynah::event> all() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<mynah::event> seen_;
  std::size_t next_ = 0;
};

}  // namespace mynah_test
