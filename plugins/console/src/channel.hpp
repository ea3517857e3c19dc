// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "line_splitter.hpp"

namespace mynah::console {

/// Between the bot's strand and the thread that reads and writes the terminal, pipe or file.
///
/// Why a thread, for pipes too: asynchronous reading would make the descriptors non-blocking, and
/// that is a property shared with every other program that has the same terminal or pipe open (the
/// shell, our own standard error); and epoll refuses regular files.
///
/// Thread safety: each part says who may call it.
class channel : public std::enable_shared_from_this<channel> {
 public:
  /// Lines that may wait for the bot before reading pauses.
  static constexpr std::size_t max_waiting = 64;

  explicit channel(boost::asio::any_io_executor executor);
  channel(const channel&) = delete;
  channel& operator=(const channel&) = delete;
  ~channel();

  // --- the bot's strand ---

  /// The next line, if one is there.
  [[nodiscard]] std::optional<input_line> take_line();
  [[nodiscard]] bool has_line() const;
  /// Nothing more will come: the input ended, or the other side is gone.
  [[nodiscard]] bool ended() const;
  /// Queues text to write; the number to ask `written` about.
  std::uint64_t write(std::string text);
  /// Whether that text has been written, or the failure. False: not yet.
  [[nodiscard]] result<bool> written(std::uint64_t number) const;
  [[nodiscard]] bool all_written() const;
  /// Waits until something may have changed, or `notify` is called. May return early; false if the
  /// coroutine was cancelled.
  task<bool> changed();
  /// Wakes who waits in `changed`.
  void notify();
  /// Tells the thread to end.
  void shut_down() noexcept;
  [[nodiscard]] bool thread_ended() const;
  /// The connection is gone: the thread may live on (stuck in a stopped terminal), but reaches
  /// nothing of the bot any more.
  void orphan() noexcept;

  // --- the thread ---

  /// Readable when `rest` or `shut_down` have something to say to a thread that sleeps in poll.
  [[nodiscard]] int wake_descriptor() const noexcept { return wake_; }
  void clear_wake() noexcept;
  [[nodiscard]] bool shutting_down() const noexcept { return shutting_down_; }
  [[nodiscard]] bool wants_input() const;
  void deliver(std::vector<input_line> lines);
  void end_of_input();
  /// What is to be written, from where the last write stopped; empty if nothing.
  [[nodiscard]] std::string pending_output(std::size_t at_most) const;
  void output_done(std::size_t bytes);
  void output_failed(int error);
  void thread_is_over();

 private:
  void wake_thread() noexcept;
  void tell_strand();

  boost::asio::any_io_executor executor_;
  std::optional<boost::asio::steady_timer> changed_;  ///< never fires; cancelled to wake
  int wake_;
  std::atomic<bool> shutting_down_{false};

  mutable std::mutex mutex_;
  std::deque<input_line> lines_;
  std::deque<std::string> output_;
  std::size_t output_offset_ = 0;  ///< of the first in `output_`
  std::uint64_t queued_ = 0;
  std::uint64_t written_ = 0;
  int output_error_ = 0;
  bool input_ended_ = false;
  bool thread_over_ = false;
  bool told_ = false;  ///< a notice to the strand is under way
  bool orphaned_ = false;
};

}  // namespace mynah::console
