// SPDX-License-Identifier: Apache-2.0
#include "net/task_group.hpp"

#include <exception>
#include <list>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include "net/condition.hpp"
#include "net/with_deadline.hpp"

namespace mynah::net {

namespace asio = boost::asio;

namespace {

class group_member {
 public:
  explicit group_member(std::string name) : name(std::move(name)) {}

  std::string name;
  asio::cancellation_signal signal;
  bool over = false;
};

}  // namespace

class task_group::state : public std::enable_shared_from_this<task_group::state> {
 public:
  state(asio::any_io_executor executor, logger log)
      : executor_(std::move(executor)), log_(std::move(log)), changed_(executor_) {}

  void spawn(std::string name, task<void> started) {
    const auto place = members_.emplace(members_.end(), std::move(name));
    ++running_;
    auto ended = [self = shared_from_this(), place](std::exception_ptr error) {
      self->ended(place, std::move(error));
    };
    asio::co_spawn(executor_, std::move(started),
                   asio::bind_cancellation_slot(place->signal.slot(), std::move(ended)));
    if (!cancelled_) return;
    // Behind the start: Boost 1.83 lets the cancellation of a coroutine that has not begun escape
    // from the executor. `ended` erases the place later still.
    asio::post(executor_, [self = shared_from_this(), place] {
      place->signal.emit(asio::cancellation_type::terminal);
    });
  }

  void stop() noexcept {
    stop_.request_stop();
    changed_.notify_all();
  }

  void cancel() {
    cancelled_ = true;
    stop();
    // Completions are never delivered inside `emit`, so the list stays as it is meanwhile.
    // One that is over is about to be erased, before a cancellation from outside would arrive.
    for (group_member& member : members_) {
      if (!member.over) member.signal.emit(asio::cancellation_type::terminal);
    }
  }

  [[nodiscard]] std::size_t size() const noexcept { return running_; }
  [[nodiscard]] const std::stop_source& stop_source() const noexcept { return stop_; }

  static task<void> stopped(std::shared_ptr<state> group) {
    while (!group->stop_.stop_requested()) co_await group->changed_.wait();
  }

  static task<void> join(std::shared_ptr<state> group) {
    while (group->running_ != 0) co_await group->changed_.wait();
  }

 private:
  void ended(std::list<group_member>::iterator place, std::exception_ptr error) {
    place->over = true;
    report(place->name, error);
    --running_;
    // Not at once: a cancellation from outside the executor may be on its way to the signal.
    asio::post(executor_, [self = shared_from_this(), place] { self->members_.erase(place); });
    if (running_ == 0) changed_.notify_all();
  }

  void report(const std::string& name, const std::exception_ptr& error) const {
    if (!error) return;
    try {
      std::rethrow_exception(error);
    } catch (const boost::system::system_error& thrown) {
      // That is how a cancelled member ends.
      if (thrown.code() == asio::error::operation_aborted) return;
      log_.error("a task failed", {{"task", name}, {"error", thrown.what()}});
    } catch (const std::exception& thrown) {
      log_.error("a task failed", {{"task", name}, {"error", thrown.what()}});
    } catch (...) {
      log_.error("a task failed", {{"task", name}, {"error", "not a std::exception"}});
    }
  }

  asio::any_io_executor executor_;
  logger log_;
  condition changed_;
  std::list<group_member> members_;
  std::size_t running_ = 0;
  std::stop_source stop_;
  bool cancelled_ = false;
};

task_group::task_group(asio::any_io_executor executor, logger log)
    : state_(std::make_shared<state>(std::move(executor), std::move(log))) {}

task_group::~task_group() {
  state_->cancel();
}

void task_group::spawn(std::string name, task<void> member) {
  state_->spawn(std::move(name), std::move(member));
}

void task_group::stop() noexcept {
  state_->stop();
}

bool task_group::stopping() const noexcept {
  return state_->stop_source().stop_requested();
}

std::stop_token task_group::stop_token() const noexcept {
  return state_->stop_source().get_token();
}

task<void> task_group::stopped() {
  return state::stopped(state_);
}

void task_group::cancel() {
  state_->cancel();
}

std::size_t task_group::size() const noexcept {
  return state_->size();
}

task<void> task_group::join() {
  return state::join(state_);
}

task<bool> task_group::join_for(mynah::clock& clock, mynah::clock::duration limit) {
  const result<void> joined = co_await with_deadline(clock, limit, join());
  co_return joined.has_value();
}

}  // namespace mynah::net
