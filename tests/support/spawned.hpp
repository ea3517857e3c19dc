// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <exception>
#include <memory>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>

#include <mynah/task.hpp>

namespace mynah_test {

/// Runs everything that is ready, also in a context that had run out of work.
inline void settle(boost::asio::io_context& io) {
  io.restart();
  io.poll();
}

/// Runs the context until the condition holds; false if it does not within the (generous) limit.
template <class Condition>
[[nodiscard]] bool run_until(boost::asio::io_context& io, Condition holds,
                             std::chrono::seconds limit = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!holds()) {
    io.restart();
    // A context without work returns at once; what it waits for may come from another thread.
    if (io.run_one_for(std::chrono::milliseconds(10)) == 0 &&
        std::chrono::steady_clock::now() > deadline) {
      return false;
    }
  }
  return true;
}

/// A coroutine that a test started, with a handle to cancel it and to see how it ended.
class spawned {
 public:
  spawned(const boost::asio::any_io_executor& executor, mynah::task<void> started) {
    auto finish = [shared = shared_](std::exception_ptr error) {
      shared->done = true;
      shared->error = std::move(error);
    };
    boost::asio::co_spawn(
        executor, std::move(started),
        boost::asio::bind_cancellation_slot(shared_->signal.slot(), std::move(finish)));
  }
  spawned(const spawned&) = delete;
  spawned& operator=(const spawned&) = delete;

  /// Run the context afterwards: the cancellation is delivered on the coroutine's executor.
  void cancel() {
    if (!shared_->done) shared_->signal.emit(boost::asio::cancellation_type::terminal);
  }

  [[nodiscard]] bool done() const noexcept { return shared_->done; }
  /// Throws what the coroutine threw.
  void check() const {
    if (shared_->error) std::rethrow_exception(shared_->error);
  }
  [[nodiscard]] bool cancelled() const {
    try {
      check();
    } catch (const boost::system::system_error& thrown) {
      return thrown.code() == boost::asio::error::operation_aborted;
    } catch (...) {
      return false;
    }
    return false;
  }

 private:
  class state {
   public:
    boost::asio::cancellation_signal signal;
    bool done = false;
    std::exception_ptr error;
  };

  // The coroutine may end after this object.
  std::shared_ptr<state> shared_ = std::make_shared<state>();
};

}  // namespace mynah_test
