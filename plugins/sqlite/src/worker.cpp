// SPDX-License-Identifier: Apache-2.0
#include "worker.hpp"

#include "signals.hpp"

namespace mynah::sqlite {

worker::worker(std::function<void(std::vector<job>&)> run) : run_(std::move(run)) {
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
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    first = waiting_.empty();
    waiting_.push_back(std::move(added));
  }
  if (first) changed_.notify_one();
}

void worker::loop() {
  std::vector<job> taken;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (waiting_.empty()) return;
      taken.swap(waiting_);
    }
    run_(taken);
    taken.clear();
  }
}

}  // namespace mynah::sqlite
