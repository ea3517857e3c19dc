// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <mynah/conn.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "net/condition.hpp"

namespace mynah::detail {
class job;
}

namespace mynah::core {

/// What waits to be sent through one input. Messages of one room leave in order, rooms do not wait
/// for each other, and what is not sent when a connection is lost is sent through the next one.
///
/// Executor and thread safety: used on the bot's strand only.
class outbox : public std::enable_shared_from_this<outbox> {
 public:
  outbox(boost::asio::any_io_executor strand, logger log);

  /// Queues a message; drops it with a log line if its room has `room_limit` waiting.
  void push(outgoing message, std::shared_ptr<detail::job> from = nullptr);
  /// Queues how far a job is: replaces a waiting message of the same job, edits the last sent one
  /// where the connection can.
  void push_progress(outgoing message, const std::shared_ptr<detail::job>& of);

  /// Starts sending through `connection`, which must outlive the next `detach`.
  void attach(conn& connection);
  /// Stops sending; completes when nothing of this outbox uses the connection any more.
  task<void> detach();

  /// Completes when nothing waits, or there is no connection.
  task<void> flushed();

  /// Completes when few messages wait, or nothing is being sent.
  task<void> caught_up();

  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

  static constexpr std::size_t room_limit = 1000;
  static constexpr int max_attempts = 3;

 private:
  struct item {
    outgoing message;
    std::shared_ptr<detail::job> progress_of;
    std::shared_ptr<detail::job> from;  ///< told when the message has left
    int attempts = 0;
  };
  struct room {
    std::string name;
    std::deque<item> items;
    bool sending = false;
    bool broken = false;  ///< sending ended because of the connection
    std::size_t dropped = 0;
    boost::asio::cancellation_signal cancel;
  };

  room& room_of(const outgoing& message);
  void enqueue(room& place, item added);
  void start(room& place);
  task<void> pump(room* place);
  void ended(room& place);

  boost::asio::any_io_executor strand_;
  logger log_;
  conn* connection_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<room>> rooms_;
  std::size_t waiting_ = 0;
  std::size_t sending_ = 0;
  net::condition changed_;
};

}  // namespace mynah::core
