// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include <algorithm>
#include <chrono>

#include "signals.hpp"

namespace mynah::sqlite {

namespace {

constexpr worker::duration longest_wait = std::chrono::milliseconds(2);

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
    awaited = waiting_.size() == 1 || waiting_.size() == expected_;
  }
  if (awaited) changed_.notify_one();
}

void worker::loop() {
  std::vector<job> taken;
  duration worth{0};
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      changed_.wait_for(lock, std::min(worth, longest_wait),
                        [this] { return stopping_ || waiting_.size() >= expected_; });
      if (waiting_.empty()) return;
      taken.swap(waiting_);
      expected_ = taken.size();
    }
    worth = run_(taken);
    taken.clear();
  }
}

}  // namespace mynah::sqlite
