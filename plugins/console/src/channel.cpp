// SPDX-License-Identifier: Apache-2.0
#include "channel.hpp"

#include <cerrno>
#include <system_error>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace mynah::console {

channel::channel(boost::asio::any_io_executor executor)
    : executor_(std::move(executor)),
      changed_(executor_),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (wake_ == -1) throw std::system_error(errno, std::generic_category(), "eventfd");
  changed_->expires_at(boost::asio::steady_timer::time_point::max());
}

channel::~channel() {
  ::close(wake_);
}

std::optional<input_line> channel::take_line() {
  const std::lock_guard lock(mutex_);
  if (lines_.empty()) return std::nullopt;
  input_line line = std::move(lines_.front());
  lines_.pop_front();
  if (lines_.size() + 1 == max_waiting) wake_thread();
  return line;
}

bool channel::has_line() const {
  const std::lock_guard lock(mutex_);
  return !lines_.empty();
}

bool channel::ended() const {
  const std::lock_guard lock(mutex_);
  return shutting_down_ || output_error_ != 0 || (input_ended_ && lines_.empty());
}

std::uint64_t channel::write(std::string text) {
  const std::lock_guard lock(mutex_);
  ++queued_;
  output_.push_back(std::move(text));
  wake_thread();
  return queued_;
}

result<bool> channel::written(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  if (written_ >= number) return true;
  if (output_error_ == EPIPE) return failure(errc::closed, "nobody reads standard output any more");
  if (output_error_ != 0) {
    return failure(error_code(output_error_, boost::system::system_category()),
                   "writing to standard output");
  }
  if (thread_over_) return failure(errc::closed);
  return false;
}

bool channel::all_written() const {
  const std::lock_guard lock(mutex_);
  return written_ == queued_ || output_error_ != 0 || thread_over_;
}

task<bool> channel::changed() {
  [[maybe_unused]] const auto woken =
      co_await changed_->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  co_return state.cancelled() == boost::asio::cancellation_type::none;
}

void channel::notify() {
  {
    const std::lock_guard lock(mutex_);
    told_ = false;
  }
  if (changed_) changed_->cancel();
}

void channel::shut_down() noexcept {
  shutting_down_ = true;
  wake_thread();
}

bool channel::thread_ended() const {
  const std::lock_guard lock(mutex_);
  return thread_over_;
}

void channel::orphan() noexcept {
  const std::lock_guard lock(mutex_);
  orphaned_ = true;
  changed_.reset();
}

void channel::clear_wake() noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto got = ::read(wake_, &count, sizeof count);
}

bool channel::wants_input() const {
  const std::lock_guard lock(mutex_);
  return lines_.size() < max_waiting && !input_ended_;
}

void channel::deliver(std::vector<input_line> lines) {
  if (lines.empty()) return;
  {
    const std::lock_guard lock(mutex_);
    for (input_line& line : lines) lines_.push_back(std::move(line));
  }
  tell_strand();
}

void channel::end_of_input() {
  {
    const std::lock_guard lock(mutex_);
    input_ended_ = true;
  }
  tell_strand();
}

std::string channel::pending_output(std::size_t at_most) const {
  const std::lock_guard lock(mutex_);
  if (output_.empty() || output_error_ != 0) return {};
  return output_.front().substr(output_offset_, at_most);
}

void channel::output_done(std::size_t bytes) {
  {
    const std::lock_guard lock(mutex_);
    output_offset_ += bytes;
    if (output_offset_ < output_.front().size()) return;
    output_.pop_front();
    output_offset_ = 0;
    ++written_;
  }
  tell_strand();
}

void channel::output_failed(int error) {
  {
    const std::lock_guard lock(mutex_);
    output_error_ = error;
    output_.clear();
    output_offset_ = 0;
  }
  tell_strand();
}

void channel::thread_is_over() {
  {
    const std::lock_guard lock(mutex_);
    thread_over_ = true;
    input_ended_ = true;
  }
  tell_strand();
}

void channel::wake_thread() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto put = ::write(wake_, &one, sizeof one);
}

void channel::tell_strand() {
  const std::lock_guard lock(mutex_);
  if (told_ || orphaned_) return;
  told_ = true;
  boost::asio::post(executor_, [self = shared_from_this()] { self->notify(); });
}

}  // namespace mynah::console
