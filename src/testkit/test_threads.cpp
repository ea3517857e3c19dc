// SPDX-License-Identifier: Apache-2.0
#include "testkit/test_threads.hpp"

#include <algorithm>

namespace mynah::testkit {

test_threads::test_threads(std::shared_ptr<virtual_clock> clock)
    : clock_(std::move(clock)), shared_(std::make_shared<shared>()) {
  clock_->on_blocked_change([state = shared_] {
    const std::lock_guard lock(state->mutex);
    state->changed.notify_all();
  });
}

test_threads::~test_threads() {
  clock_->on_blocked_change({});
}

void test_threads::submit(std::function<void()> work) {
  {
    const std::lock_guard lock(shared_->mutex);
    ++shared_->running;
  }
  // The clock is kept as well: a thread that was left behind may still wait on it.
  pool_.submit([state = shared_, clock = clock_, work = std::move(work)]() mutable {
    work();
    work = nullptr;
    const std::lock_guard lock(state->mutex);
    --state->running;
    state->changed.notify_all();
  });
}

// With the mutex held.
std::size_t test_threads::busy() const {
  const std::size_t blocked = clock_->blocked_threads();
  return shared_->running > blocked ? shared_->running - blocked : 0;
}

bool test_threads::wait_until_quiet(std::chrono::milliseconds patience) {
  std::unique_lock lock(shared_->mutex);
  return shared_->changed.wait_for(lock, patience, [this] { return busy() <= hung_; });
}

void test_threads::accept_hung() {
  const std::lock_guard lock(shared_->mutex);
  hung_ = busy();
}

}  // namespace mynah::testkit
