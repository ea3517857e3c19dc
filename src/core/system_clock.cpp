// SPDX-License-Identifier: Apache-2.0
#include "core/system_clock.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <unordered_map>

namespace mynah {

bool clock::block_until(time_point when, std::stop_token stop) {
  // The timer may fire after this function has returned, so both share the state.
  struct state {
    std::mutex mutex;
    std::condition_variable_any changed;
    bool fired = false;
  };
  const auto shared = std::make_shared<state>();
  const timer_id timer = call_at(when, [shared] {
    const std::lock_guard lock(shared->mutex);
    shared->fired = true;
    shared->changed.notify_all();
  });
  std::unique_lock lock(shared->mutex);
  shared->changed.wait(lock, stop, [&] { return shared->fired; });
  const bool fired = shared->fired;
  lock.unlock();
  if (!fired) cancel(timer);
  return fired;
}

namespace core {

namespace {

// All timers of a bot share one of Asio's: a command's deadline costs a map entry, not a timer.
class system_clock final : public clock, public std::enable_shared_from_this<system_clock> {
 public:
  explicit system_clock(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  [[nodiscard]] time_point now() const noexcept override {
    return std::chrono::time_point_cast<duration>(std::chrono::steady_clock::now());
  }

  [[nodiscard]] wall_time wall() const noexcept override {
    return std::chrono::system_clock::now();
  }

  timer_id call_at(time_point when, std::function<void()> action) override {
    const std::lock_guard lock(mutex_);
    const timer_id id = ++last_;
    const auto place = actions_.emplace(when, entry{id, std::move(action)});
    places_.emplace(id, place);
    if (place == actions_.begin()) arm();
    return id;
  }

  bool cancel(timer_id timer) noexcept override {
    const std::lock_guard lock(mutex_);
    const auto found = places_.find(timer);
    if (found == places_.end()) return false;
    actions_.erase(found->second);
    places_.erase(found);
    // With nothing left to wait for, an io_context must be able to run out of work.
    if (actions_.empty()) timer_.cancel();
    return true;
  }

 private:
  struct entry {
    timer_id id;
    std::function<void()> action;
  };
  using action_map = std::multimap<time_point, entry>;

  // Called with the mutex held. Setting a new expiry cancels the wait before it.
  void arm() {
    timer_.expires_at(actions_.begin()->first);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
      if (error) return;
      if (const auto self = weak.lock()) self->fire();
    });
  }

  void fire() {
    std::unique_lock lock(mutex_);
    while (!actions_.empty() && actions_.begin()->first <= now()) {
      const std::function<void()> action = std::move(actions_.begin()->second.action);
      places_.erase(actions_.begin()->second.id);
      actions_.erase(actions_.begin());
      lock.unlock();
      action();
      lock.lock();
    }
    if (!actions_.empty()) arm();
  }

  std::mutex mutex_;
  boost::asio::steady_timer timer_;
  action_map actions_;
  std::unordered_map<timer_id, action_map::iterator> places_;
  timer_id last_ = 0;
};

}  // namespace

std::shared_ptr<clock> make_system_clock(const boost::asio::any_io_executor& executor) {
  return std::make_shared<system_clock>(executor);
}

}  // namespace core

}  // namespace mynah
