// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

namespace mynah::core {

/// Threads for functions that block. A thread is made when none is idle and ends after ten idle
/// seconds, so a function that never returns costs one thread and delays nobody; how many may run
/// is bounded by admission, not here.
///
/// Thread safety: all members from any thread.
class blocking_pool {
 public:
  blocking_pool();
  blocking_pool(const blocking_pool&) = delete;
  blocking_pool& operator=(const blocking_pool&) = delete;
  /// Joins idle threads and lets busy ones go on alone.
  ~blocking_pool();

  /// Runs `work`, which must not throw, on a thread of the pool. Throws std::system_error if the
  /// system gives no more threads.
  void submit(std::function<void()> work);

 private:
  class state;
  std::shared_ptr<state> state_;
};

}  // namespace mynah::core
