// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

/// Coroutines that belong together and end together, in two steps:
///
///     group.stop();                                      // soft: members see it and finish
///     const bool all = co_await group.join_for(clock, 10s);
///     if (!all) {
///       group.cancel();                                  // hard: terminal cancellation
///       co_await group.join();
///     }
///
/// What a member throws is logged with the member's name, and the others go on.
///
/// Executor and thread safety: all members on the group's executor, a strand or a context that one
/// thread runs; `stop_token` may be used from any thread.
/// Object lifetime: members may outlive the group; destroying it cancels them without waiting.
class task_group {
 public:
  task_group(boost::asio::any_io_executor executor, logger log);
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;
  ~task_group();

  /// Starts `member`; `name` is for the log. In a group that was cancelled it is cancelled at once.
  void spawn(std::string name, task<void> member);

  /// Asks the members to finish what they are doing. May be repeated.
  void stop() noexcept;
  [[nodiscard]] bool stopping() const noexcept;
  [[nodiscard]] std::stop_token stop_token() const noexcept;
  /// Completes once `stop` or `cancel` was called.
  [[nodiscard]] task<void> stopped();

  /// Cancels every member (terminal), also those that are spawned later. Also stops.
  void cancel();

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  /// Completes when no member is left. Never call it from a member.
  [[nodiscard]] task<void> join();
  /// The same for at most `limit`; false if members are left.
  [[nodiscard]] task<bool> join_for(mynah::clock& clock, mynah::clock::duration limit);

 private:
  class state;

  std::shared_ptr<state> state_;
};

}  // namespace mynah::net
