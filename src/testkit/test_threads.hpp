// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>

#include <mynah/testkit/virtual_clock.hpp>

#include "core/blocking_pool.hpp"

namespace mynah::testkit {

/// Runs blocking commands on real threads and knows when all of them have either ended or wait on
/// the virtual clock.
class test_threads {
 public:
  explicit test_threads(std::shared_ptr<virtual_clock> clock);
  ~test_threads();
  test_threads(const test_threads&) = delete;
  test_threads& operator=(const test_threads&) = delete;

  void submit(std::function<void()> work);

  /// Waits until every thread has ended or is blocked on the clock; for at most `patience`, and not
  /// again for threads that were waited for in vain.
  void wait_until_quiet(std::chrono::milliseconds patience);

 private:
  // Threads may outlive the chat they were started by.
  struct shared {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t running = 0;
  };

  std::shared_ptr<virtual_clock> clock_;
  std::shared_ptr<shared> shared_;
  std::size_t hung_ = 0;
  core::blocking_pool pool_;
};

}  // namespace mynah::testkit
