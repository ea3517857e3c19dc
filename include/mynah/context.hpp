// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include <mynah/arguments.hpp>
#include <mynah/clock.hpp>
#include <mynah/event.hpp>
#include <mynah/log.hpp>
#include <mynah/reply.hpp>

namespace mynah {

class bot_view;

namespace detail {
class job;
}

/// What a running command gets.
///
/// Lifetime: the context lives until the command has returned; do not keep a reference longer.
/// Thread safety: all members may be called from any thread while the command runs.
class context {
 public:
  explicit context(std::shared_ptr<detail::job> job) noexcept;
  context(const context&) = delete;
  context& operator=(const context&) = delete;
  ~context();

  [[nodiscard]] const mynah::event& event() const noexcept;
  [[nodiscard]] const mynah::principal& principal() const noexcept;
  [[nodiscard]] const arguments& args() const noexcept;
  /// The number that `jobs` shows and `cancel` takes.
  [[nodiscard]] std::uint64_t id() const noexcept;

  /// Sends a message to where the command was given; any number of times, kept in order. Nothing is
  /// sent once the command has ended, been cancelled or passed its deadline.
  void reply(mynah::reply message);
  /// Shows how far the command is: edits one message where the network can, posts new ones else.
  void progress(mynah::reply message);
  /// Sends a message elsewhere, e.g. to another room or input.
  void say(const address& where, mynah::reply message);

  /// Stops when the command was cancelled, passed its deadline, or the bot stops.
  [[nodiscard]] std::stop_token stop_token() const noexcept;
  [[nodiscard]] bool cancelled() const noexcept { return stop_token().stop_requested(); }
  /// When the run will be cancelled, on `clock()`.
  [[nodiscard]] mynah::clock::time_point deadline() const noexcept;
  /// Waits on the bot's clock; false if the command was cancelled meanwhile. For blocking commands;
  /// coroutines use `async_context::sleep`.
  bool sleep_for(std::chrono::nanoseconds time);

  /// Whether a grant gives the asker this permission.
  [[nodiscard]] bool allowed(std::string_view permission) const;
  /// A logger named after the command.
  [[nodiscard]] const logger& log() const noexcept;
  [[nodiscard]] mynah::clock& clock() const noexcept;
  /// The bot as commands may see it: other commands, jobs, inputs, settings.
  [[nodiscard]] bot_view& bot() const noexcept;

 protected:
  [[nodiscard]] detail::job& job() const noexcept { return *job_; }

 private:
  std::shared_ptr<detail::job> job_;
};

}  // namespace mynah
