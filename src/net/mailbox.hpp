// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "net/condition.hpp"

namespace mynah::net {

/// A bounded queue between coroutines of one executor.
///
/// A value leaves the queue only when the receiving coroutine runs on, so a cancelled receive loses
/// none, and the box goes on working. (The channel of Asio 1.81 does neither.)
///
/// Executor and thread safety: all members, cancellation included, on one strand or a context that
/// one thread runs.
/// Object lifetime: destroying the box closes it; open operations end as after `close`.
/// Allocation: the queue grows up to its capacity and is then used over and over; a message costs
/// no allocation of its own.
template <class T>
class mailbox {
 public:
  /// `capacity` of zero counts as one.
  mailbox(const boost::asio::any_io_executor& executor, std::size_t capacity)
      : state_(std::make_shared<state>(executor, std::max<std::size_t>(capacity, 1))) {}
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;
  ~mailbox() { state_->close(); }

  /// Puts a value in without waiting. False if the box is full or closed; `value` is then
  /// untouched.
  [[nodiscard]] bool try_push(T&& value) { return state_->try_push(std::move(value)); }

  /// Puts a value in, waiting for room.
  ///
  /// Errors: errc::closed when the box is or becomes closed; the value is then dropped.
  /// Cancellation: terminal; the value is then dropped.
  [[nodiscard]] task<result<void>> push(T value) { return push_to(state_, std::move(value)); }

  /// Takes the oldest value, waiting for one. Values arrive in the order in which they were put in;
  /// of several waiting receivers the one that began first gets the first.
  ///
  /// Errors: errc::closed when the box is closed and empty.
  /// Cancellation: terminal; no value is lost.
  [[nodiscard]] task<result<T>> recv() { return recv_from(state_); }

  /// Takes the oldest value if there is one.
  [[nodiscard]] std::optional<T> try_recv() { return state_->try_recv(); }

  /// Takes no more values. Those inside are still delivered. May be repeated.
  void close() { state_->close(); }

  [[nodiscard]] bool closed() const noexcept { return state_->closed; }
  [[nodiscard]] std::size_t size() const noexcept { return state_->size; }
  [[nodiscard]] std::size_t capacity() const noexcept { return state_->capacity; }

 private:
  // Shared with the operations, which may end after the box.
  class state {
   public:
    state(const boost::asio::any_io_executor& executor, std::size_t capacity)
        : capacity(capacity), filled(executor), emptied(executor) {}

    bool try_push(T&& value) {
      if (closed || size == capacity) return false;
      if (size == ring.size()) grow();
      ring[(begin + size) % ring.size()].emplace(std::move(value));
      ++size;
      filled.notify_one();
      return true;
    }

    std::optional<T> try_recv() {
      if (size == 0) return std::nullopt;
      std::optional<T> taken(std::move(ring[begin]));
      ring[begin].reset();
      begin = (begin + 1) % ring.size();
      --size;
      emptied.notify_one();
      return taken;
    }

    void close() {
      closed = true;
      filled.notify_all();
      emptied.notify_all();
    }

    void grow() {
      std::vector<std::optional<T>> larger(std::min(capacity, std::max<std::size_t>(size * 2, 8)));
      for (std::size_t i = 0; i < size; ++i) {
        larger[i] = std::move(ring[(begin + i) % ring.size()]);
      }
      ring = std::move(larger);
      begin = 0;
    }

    std::size_t capacity;
    std::size_t size = 0;
    std::size_t begin = 0;
    bool closed = false;
    std::vector<std::optional<T>> ring;
    condition filled;
    condition emptied;
  };

  static task<result<void>> push_to(std::shared_ptr<state> box, T value) {
    // NOLINTNEXTLINE(bugprone-use-after-move): a push that fails leaves the value alone
    while (!box->try_push(std::move(value))) {
      if (box->closed) co_return failure(errc::closed);
      co_await box->emptied.wait();
    }
    co_return result<void>();
  }

  static task<result<T>> recv_from(std::shared_ptr<state> box) {
    while (box->size == 0) {
      if (box->closed) co_return failure(errc::closed);
      co_await box->filled.wait();
    }
    std::optional<T> taken = box->try_recv();
    co_return std::move(*taken);
  }

  std::shared_ptr<state> state_;
};

}  // namespace mynah::net
