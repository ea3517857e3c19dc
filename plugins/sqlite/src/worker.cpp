// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include <algorithm>
#include <chrono>

#include "signals.hpp"

namespace mynah::sqlite {

namespace {

constexpr worker::duration longest_wait = std::chrono::milliseconds(2);

// About as long as it takes to wake a thread that sleeps. On a single core who looks would only
// keep the others from working.
const worker::duration longest_look =
    std::chrono::microseconds(std::thread::hardware_concurrency() > 1 ? 100 : 0);

}  // namespace

worker::worker(std::function<duration(std::vector<job>&)> run) : run_(std::move(run)) {
  const signals_blocked blocked;
  thread_ = std::thread([this] { loop(); });
}

worker::~worker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void worker::add(job added) {
  bool awaited = false;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(added));
    count_.store(waiting_.size(), std::memory_order_relaxed);
    awaited = waiting_.size() == 1 || waiting_.size() == expected_;
  }
  if (awaited) changed_.notify_one();
}

void worker::look_out(std::size_t jobs, duration time) {
  const auto until = std::chrono::steady_clock::now() + time;
  while (count_.load(std::memory_order_relaxed) < jobs &&
         std::chrono::steady_clock::now() < until) {
  }
}

void worker::loop() {
  std::vector<job> taken;
  duration worth{0};
  while (true) {
    look_out(1, longest_look);
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.size() < expected_ && worth.count() > 0) {
        lock.unlock();
        look_out(expected_, std::min(worth, longest_look));
        lock.lock();
      }
      changed_.wait_for(lock, std::min(worth, longest_wait),
                        [this] { return stopping_ || waiting_.size() >= expected_; });
      if (waiting_.empty()) return;
      taken.swap(waiting_);
      expected_ = taken.size();
      count_.store(0, std::memory_order_relaxed);
    }
    worth = run_(taken);
    taken.clear();
  }
}

}  // namespace mynah::sqlite
