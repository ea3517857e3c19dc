// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <mynah/task.hpp>

namespace mynah::net {

/// Something that coroutines wait for and others announce: a condition variable for coroutines of
/// one executor. As there, look at what you wait for again after `wait` returned.
///
///     while (queue.empty()) co_await filled.wait();
///
/// Executor and thread safety: all members, cancellation included, on one strand or a context that
/// one thread runs.
/// Object lifetime: waits that are open when the condition is destroyed end with operation_aborted.
/// Waits that are open when the execution context is destroyed are dropped with it.
class condition {
 public:
  explicit condition(const boost::asio::any_io_executor& executor);
  condition(const condition&) = delete;
  condition& operator=(const condition&) = delete;
  ~condition();

  /// Completes after a notification, never inside it.
  ///
  /// Errors: throws boost::system::system_error(operation_aborted) when cancelled.
  /// Cancellation: terminal, partial and total; a wait that was chosen by `notify_one` completes
  /// normally even if it is cancelled before it resumes, so a notification is never lost.
  task<void> wait();

  /// Wakes the wait that began first, if there is one.
  void notify_one();
  /// Wakes all.
  void notify_all();

 private:
  class waiter;
  class service;
  friend class service;

  void append(waiter& added) noexcept;
  void remove(waiter& gone) noexcept;
  void drop_waiters() noexcept;

  boost::asio::any_io_executor executor_;
  service* service_;
  condition* next_registered_ = nullptr;
  condition* previous_registered_ = nullptr;
  waiter* first_ = nullptr;
  waiter* last_ = nullptr;
};

}  // namespace mynah::net
