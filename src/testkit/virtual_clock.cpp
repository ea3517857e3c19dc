// SPDX-License-Identifier: Apache-2.0
#include <mynah/testkit/virtual_clock.hpp>

#include <condition_variable>
#include <map>
#include <mutex>
#include <vector>

namespace mynah::testkit {

class virtual_clock::state {
 public:
  mutable std::mutex mutex;
  time_point now{std::chrono::hours(1)};
  std::multimap<time_point, std::pair<timer_id, std::function<void()>>> timers;
  timer_id last = 0;
  std::size_t blocked = 0;
  std::function<void()> blocked_changed;

  timer_id add(time_point when, std::function<void()> action) {
    const timer_id id = ++last;
    timers.emplace(when, std::make_pair(id, std::move(action)));
    return id;
  }

  void tell_blocked_changed() {
    std::function<void()> call;
    {
      const std::lock_guard lock(mutex);
      call = blocked_changed;
    }
    if (call) call();
  }
};

virtual_clock::virtual_clock() : state_(std::make_unique<state>()) {}
virtual_clock::~virtual_clock() = default;

clock::time_point virtual_clock::now() const noexcept {
  const std::lock_guard lock(state_->mutex);
  return state_->now;
}

clock::wall_time virtual_clock::wall() const noexcept {
  constexpr std::chrono::seconds start{1'672'671'845};
  const auto passed = now() - time_point(std::chrono::hours(1));
  return wall_time(std::chrono::duration_cast<wall_time::duration>(start + passed));
}

clock::timer_id virtual_clock::call_at(time_point when, std::function<void()> action) {
  const std::lock_guard lock(state_->mutex);
  return state_->add(when, std::move(action));
}

bool virtual_clock::cancel(timer_id timer) noexcept {
  std::function<void()> gone;  // destroyed without the lock
  const std::lock_guard lock(state_->mutex);
  for (auto it = state_->timers.begin(); it != state_->timers.end(); ++it) {
    if (it->second.first != timer) continue;
    gone = std::move(it->second.second);
    state_->timers.erase(it);
    return true;
  }
  return false;
}

bool virtual_clock::block_until(time_point when, std::stop_token stop) {
  // Counted as blocked until released: by the one who releases, so that nobody who sees the time
  // move can still count a thread that is about to run on.
  struct sleeper {
    std::mutex mutex;
    std::condition_variable released;
    bool counted = false;
    bool fired = false;
    bool stopped = false;
  };
  const auto mine = std::make_shared<sleeper>();
  const auto release = [this, mine](bool by_time) {
    {
      const std::lock_guard lock(mine->mutex);
      if (mine->fired || mine->stopped) return;
      (by_time ? mine->fired : mine->stopped) = true;
      if (!mine->counted) return;
      const std::lock_guard counting(state_->mutex);
      --state_->blocked;
    }
    state_->tell_blocked_changed();
    mine->released.notify_all();
  };
  // Before it is counted: whoever counts a thread as blocked may at once ask it to stop.
  const std::stop_callback on_stop(stop, [release] { release(false); });
  timer_id timer = 0;
  {
    const std::lock_guard lock(mine->mutex);
    if (mine->stopped) return false;
    // With a timer and counted in one step: whoever counts it may at once move the time.
    const std::lock_guard counting(state_->mutex);
    if (when <= state_->now) return true;
    timer = state_->add(when, [release] { release(true); });
    mine->counted = true;
    ++state_->blocked;
  }
  state_->tell_blocked_changed();
  std::unique_lock lock(mine->mutex);
  mine->released.wait(lock, [&] { return mine->fired || mine->stopped; });
  const bool fired = mine->fired;
  lock.unlock();
  if (!fired) cancel(timer);
  return fired;
}

bool virtual_clock::advance_to_next(time_point limit) {
  std::vector<std::function<void()>> due;
  {
    const std::lock_guard lock(state_->mutex);
    if (state_->timers.empty() || state_->timers.begin()->first > limit) {
      if (limit > state_->now) state_->now = limit;
      return false;
    }
    const time_point moment = state_->timers.begin()->first;
    if (moment > state_->now) state_->now = moment;
    while (!state_->timers.empty() && state_->timers.begin()->first == moment) {
      due.push_back(std::move(state_->timers.begin()->second.second));
      state_->timers.erase(state_->timers.begin());
    }
  }
  for (const auto& action : due) action();
  return true;
}

std::size_t virtual_clock::blocked_threads() const {
  const std::lock_guard lock(state_->mutex);
  return state_->blocked;
}

void virtual_clock::on_blocked_change(std::function<void()> call) {
  const std::lock_guard lock(state_->mutex);
  state_->blocked_changed = std::move(call);
}

}  // namespace mynah::testkit
