// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include <mynah/store.hpp>

namespace mynah::sqlite {

/// What was submitted.
class job {
 public:
  job(store::work what, store::done then) : what(std::move(what)), then(std::move(then)) {}

  store::work what;
  store::done then;
};

/// A thread and the jobs that wait for it. It takes all there are at once, and if they were many
/// the last time, it waits a moment for as many: who was told of the last ones is about to come
/// back, and a commit costs almost the same for all. Not longer, because meanwhile nobody works.
///
/// Thread safety: `add` may be called from any thread.
class worker {
 public:
  using duration = std::chrono::steady_clock::duration;

  /// `run` does all jobs and gives how long it is worth to wait for more of them the next time.
  explicit worker(std::function<duration(std::vector<job>&)> run);
  worker(const worker&) = delete;
  worker& operator=(const worker&) = delete;
  /// When all jobs are done.
  ~worker();

  void add(job added);

 private:
  void loop();
  /// Waits without sleeping until so many jobs wait, or the time is over. After a run the next jobs
  /// are often nearly there.
  void look_out(std::size_t jobs, duration time);

  std::function<duration(std::vector<job>&)> run_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<job> waiting_;
  std::atomic<std::size_t> count_{0};  ///< of those waiting, for who looks without the lock
  std::size_t expected_ = 1;           ///< jobs it waits for
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace mynah::sqlite
