// SPDX-License-Identifier: Apache-2.0
#include "core/blocking_pool.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>

namespace mynah::core {

class blocking_pool::state : public std::enable_shared_from_this<state> {
 public:
  void submit(std::function<void()> work) {
    std::list<worker> ended;  // joined outside of the lock
    {
      const std::lock_guard lock(mutex_);
      for (auto it = workers_.begin(); it != workers_.end();) {
        const auto next = std::next(it);
        if (it->ended) ended.splice(ended.end(), workers_, it);
        it = next;
      }
      queue_.push_back(std::move(work));
      if (idle_ < queue_.size()) {
        worker& added = workers_.emplace_back();
        try {
          added.thread = std::thread([self = shared_from_this(), &added] { self->run(added); });
        } catch (...) {
          workers_.pop_back();
          queue_.pop_back();
          throw;
        }
      }
    }
    more_.notify_one();
    for (worker& each : ended) each.thread.join();
  }

  void stop() {
    std::list<worker> left;
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      queue_.clear();
      for (auto it = workers_.begin(); it != workers_.end();) {
        const auto next = std::next(it);
        if (it->busy) {
          it->thread.detach();  // it still refers to its entry, which lives as long as the state
        } else {
          left.splice(left.end(), workers_, it);
        }
        it = next;
      }
    }
    more_.notify_all();
    for (worker& each : left) each.thread.join();
  }

 private:
  struct worker {
    std::thread thread;
    bool busy = false;
    bool ended = false;
  };

  void run(worker& self) {
    std::unique_lock lock(mutex_);
    while (true) {
      ++idle_;
      const bool woken = more_.wait_for(lock, std::chrono::seconds(10),
                                        [this] { return stopping_ || !queue_.empty(); });
      --idle_;
      if (stopping_ || !woken) break;
      std::function<void()> work = std::move(queue_.front());
      queue_.pop_front();
      self.busy = true;
      lock.unlock();
      work();
      work = nullptr;  // what it holds is destroyed without the lock
      lock.lock();
      self.busy = false;
    }
    self.ended = true;
  }

  std::mutex mutex_;
  std::condition_variable more_;
  std::deque<std::function<void()>> queue_;
  std::list<worker> workers_;
  std::size_t idle_ = 0;
  bool stopping_ = false;
};

blocking_pool::blocking_pool() : state_(std::make_shared<state>()) {}
blocking_pool::~blocking_pool() {
  state_->stop();
}
void blocking_pool::submit(std::function<void()> work) {
  state_->submit(std::move(work));
}

}  // namespace mynah::core
