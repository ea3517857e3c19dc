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

  /// Waits until every thread has ended or is blocked on the clock, for at most `patience`; false
  /// if some are still busy. Threads that hang are not waited for.
  [[nodiscard]] bool wait_until_quiet(std::chrono::milliseconds patience);
  /// Takes those that are busy now for hanging.
  void accept_hung();

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

  [[nodiscard]] std::size_t busy() const;
  core::blocking_pool pool_;
};

}  // namespace mynah::testkit
