// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <utility>

#include <mynah/conn.hpp>

namespace mynah::core {

/// A connection as those see it who may outlive it: null once it is lost.
class live_connection {
 public:
  explicit live_connection(conn& connection) noexcept : connection(&connection) {}
  conn* connection;
};

/// One event's arrival: whoever has it owes the network an acknowledgement. If it is let go
/// without, or the connection is lost before, the network delivers the event again, and it is known
/// by its id.
///
/// Executor and thread safety: on the bot's strand only.
class delivery {
 public:
  delivery() = default;
  delivery(std::shared_ptr<live_connection> by, std::uint64_t number) noexcept
      : by_(number == 0 ? nullptr : std::move(by)), number_(number) {}
  delivery(delivery&& other) noexcept
      : by_(std::move(other.by_)), number_(std::exchange(other.number_, 0)) {}
  delivery& operator=(delivery&& other) noexcept {
    by_ = std::move(other.by_);
    number_ = std::exchange(other.number_, 0);
    return *this;
  }
  ~delivery() = default;

  void acknowledge() noexcept {
    const std::uint64_t number = std::exchange(number_, 0);
    if (number == 0 || by_ == nullptr) return;
    if (by_->connection != nullptr) by_->connection->acknowledge(number);
    by_.reset();
  }

  [[nodiscard]] bool is_owed() const noexcept { return number_ != 0; }

 private:
  std::shared_ptr<live_connection> by_;
  std::uint64_t number_ = 0;
};

}  // namespace mynah::core
