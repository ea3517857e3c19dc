// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_transport.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

#include "net/condition.hpp"

// g++ 12 inlines a coroutine frame's allocation but not its release, and takes them for a mismatch.
#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
#endif

namespace mynah::net {

namespace asio = boost::asio;

namespace {

constexpr std::size_t read_size = 16384;  // a record of TLS has no more
constexpr std::size_t most_gathered = std::size_t{64} * 1024;
// Memory of a burst is given back when it is over.
constexpr std::size_t most_kept = most_gathered;

}  // namespace

/// Shared with the operations.
class websocket_transport::core : public std::enable_shared_from_this<core> {
 public:
  core(executor_type executor, stream over)
      : executor_(std::move(executor)),
        stream_(std::move(over)),
        buffer_(read_size, '\0'),
        room_(executor_) {}

  [[nodiscard]] const executor_type& executor() const noexcept { return executor_; }
  void observe(observer* by) noexcept { observer_ = by; }

  [[nodiscard]] bool has_bytes() const noexcept { return !unread_.empty(); }

  std::size_t take(asio::mutable_buffer to) noexcept {
    const std::size_t size = std::min(to.size(), unread_.size());
    if (size > 0) std::memcpy(to.data(), unread_.data(), size);
    unread_.remove_prefix(size);
    return size;
  }

  void read_later(asio::mutable_buffer to, handler_type handler) {
    if (observer_ != nullptr) observer_->drained();
    auto slot = asio::get_associated_cancellation_slot(handler);
    auto executor = asio::get_associated_executor(handler, executor_);
    auto done = [self = shared_from_this(), to,
                 told = std::move(handler)](const std::exception_ptr& thrown) mutable {
      error_code code;
      if (thrown) {
        code = asio::error::operation_aborted;
      } else if (!self->has_bytes() && self->read_error_) {
        // Beast's HTTP knows the end by this code.
        code = self->read_error_->code() == errc::closed ? error_code(asio::error::eof)
                                                         : self->read_error_->code();
      }
      const std::size_t got = self->take(to);
      std::move(told)(code, got);
    };
    asio::co_spawn(
        executor_, receive(shared_from_this()),
        asio::bind_cancellation_slot(slot, asio::bind_executor(executor, std::move(done))));
  }

  [[nodiscard]] bool has_room() const noexcept {
    return gathered_.size() < most_gathered && !write_error_;
  }

  std::size_t gather(asio::const_buffer bytes) {
    gathered_.append(static_cast<const char*>(bytes.data()), bytes.size());
    total_ += bytes.size();
    return bytes.size();
  }

  void begin_sending() {
    if (sending_ || !has_to_send()) return;
    sending_ = true;
    asio::co_spawn(executor_, send(shared_from_this()), asio::detached);
  }

  void write_later(asio::const_buffer from, handler_type handler) {
    auto executor = asio::get_associated_executor(handler, executor_);
    auto done = [self = shared_from_this(), from,
                 told = std::move(handler)](const std::exception_ptr& thrown) mutable {
      error_code code;
      std::size_t put = 0;
      if (thrown) {
        code = asio::error::operation_aborted;
      } else if (self->write_error_) {
        code = self->write_error_->code();
      } else {
        put = self->gather(from);
        self->begin_sending();
      }
      std::move(told)(code, put);
    };
    asio::co_spawn(executor_, wait_for_room(shared_from_this()),
                   asio::bind_executor(executor, std::move(done)));
  }

  void hold() noexcept { held_ = true; }
  void release() {
    held_ = false;
    begin_sending();
  }

  [[nodiscard]] std::uint64_t gathered() const noexcept { return total_; }
  [[nodiscard]] std::uint64_t sent() const noexcept { return sent_; }
  [[nodiscard]] const std::optional<failure>& read_error() const noexcept { return read_error_; }
  [[nodiscard]] const std::optional<failure>& write_error() const noexcept { return write_error_; }

  // The socket is part of this object, which may otherwise go meanwhile.
  static task<void> close(std::shared_ptr<core> self, mynah::clock& clock,
                          mynah::clock::duration limit) {
    co_await self->stream_.close(clock, limit);
  }

  void abort() noexcept {
    stream_.abort();
    if (!sending_ && !write_error_) write_error_ = failure(errc::closed);
    room_.notify_all();
  }

 private:
  static task<void> receive(std::shared_ptr<core> self) {
    const result<std::size_t> got =
        co_await self->stream_.read_some(self->buffer_.data(), self->buffer_.size());
    if (got.has_error()) {
      self->read_error_ = got.error();
      co_return;
    }
    self->unread_ = std::string_view(self->buffer_).substr(0, *got);
    if (self->observer_ != nullptr) self->observer_->received();
  }

  [[nodiscard]] bool has_to_send() const noexcept {
    if (gathered_.empty() || write_error_) return false;
    return !held_ || gathered_.size() >= most_gathered;
  }

  static task<void> send(std::shared_ptr<core> self) {
    while (self->has_to_send()) {
      self->in_flight_.swap(self->gathered_);
      const result<void> written = co_await self->stream_.write_all(self->in_flight_);
      if (written.has_error()) {
        self->write_error_ = written.error();
      } else {
        self->sent_ += self->in_flight_.size();
      }
      self->in_flight_.clear();
      if (self->in_flight_.capacity() > most_kept) self->in_flight_.shrink_to_fit();
      self->room_.notify_all();
      if (self->observer_ != nullptr) self->observer_->written();
    }
    self->sending_ = false;
  }

  static task<void> wait_for_room(std::shared_ptr<core> self) {
    while (!self->has_room() && !self->write_error_) co_await self->room_.wait();
  }

  executor_type executor_;
  stream stream_;
  observer* observer_ = nullptr;
  std::string buffer_;
  std::string_view unread_;  // in the buffer
  std::optional<failure> read_error_;

  std::string gathered_;
  std::string in_flight_;  // being written
  std::uint64_t total_ = 0;
  std::uint64_t sent_ = 0;
  bool held_ = false;
  bool sending_ = false;
  std::optional<failure> write_error_;
  condition room_;
};

websocket_transport::websocket_transport(executor_type executor, stream over)
    : core_(std::make_shared<core>(std::move(executor), std::move(over))) {}

websocket_transport::websocket_transport(websocket_transport&&) noexcept = default;
websocket_transport& websocket_transport::operator=(websocket_transport&&) noexcept = default;
websocket_transport::~websocket_transport() = default;

websocket_transport::executor_type websocket_transport::get_executor() const noexcept {
  return core_->executor();
}

void websocket_transport::observe(observer* by) noexcept {
  core_->observe(by);
}

void websocket_transport::hold() noexcept {
  core_->hold();
}

void websocket_transport::release() {
  core_->release();
}

std::uint64_t websocket_transport::gathered() const noexcept {
  return core_->gathered();
}

std::uint64_t websocket_transport::sent() const noexcept {
  return core_->sent();
}

const std::optional<failure>& websocket_transport::read_error() const noexcept {
  return core_->read_error();
}

const std::optional<failure>& websocket_transport::write_error() const noexcept {
  return core_->write_error();
}

task<void> websocket_transport::close(mynah::clock& clock, mynah::clock::duration limit) {
  return core::close(core_, clock, limit);
}

void websocket_transport::abort() noexcept {
  core_->abort();
}

bool websocket_transport::has_bytes() const noexcept {
  return core_->has_bytes();
}

std::size_t websocket_transport::take(asio::mutable_buffer to) noexcept {
  return core_->take(to);
}

void websocket_transport::read_later(asio::mutable_buffer to, handler_type handler) {
  core_->read_later(to, std::move(handler));
}

bool websocket_transport::has_room() const noexcept {
  return core_->has_room();
}

std::size_t websocket_transport::gather(asio::const_buffer bytes) {
  return core_->gather(bytes);
}

void websocket_transport::begin_sending() {
  core_->begin_sending();
}

void websocket_transport::write_later(asio::const_buffer from, handler_type handler) {
  core_->write_later(from, std::move(handler));
}

void beast_close_socket(websocket_transport& of) {
  of.abort();
}

}  // namespace mynah::net
