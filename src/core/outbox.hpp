// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/container/deque.hpp>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/log.hpp>
#include <mynah/task.hpp>

#include "core/journal.hpp"
#include "net/condition.hpp"

namespace mynah::detail {
class job;
}

namespace mynah::core {

/// What waits to be sent through one input. Messages of one room leave in order, rooms do not wait
/// for each other, and what is not sent when a connection is lost is sent through the next one;
/// what may have been sent, as far as the connection knows, is not.
///
/// A message that the network does not take now is tried again, after the time the network asks for
/// or growing delays; meanwhile its room waits. One that it never takes is, if the journal keeps
/// it, set aside there; else it is dropped with a log line.
///
/// Executor and thread safety: used on the bot's strand only.
class outbox : public std::enable_shared_from_this<outbox> {
 public:
  /// `kept_in` may be null: then nothing is kept.
  outbox(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock, logger log,
         std::shared_ptr<journal> kept_in);
  ~outbox();
  outbox(const outbox&) = delete;
  outbox& operator=(const outbox&) = delete;

  /// Queues a message that is not kept; drops it with a log line if its room has `room_limit`
  /// waiting.
  void push(outgoing&& message, std::shared_ptr<detail::job> from = nullptr);
  /// Queues a message that the journal keeps, or is about to. Never dropped here.
  void push_kept(outgoing message, std::shared_ptr<kept_message> kept,
                 std::shared_ptr<detail::job> from = nullptr);
  /// A kept message of that room is stored, or shall not be sent.
  void changed(const std::string& room);
  /// Queues how far a job is: replaces a waiting message of the same job, edits the last sent one
  /// where the connection can.
  void push_progress(outgoing message, const std::shared_ptr<detail::job>& of);
  /// Takes a kept message out, unless it is being sent; null if it is not there.
  std::shared_ptr<kept_message> take(std::int64_t item);

  /// One command more works for that conversation, or one less (`conn::working`), and a connection
  /// that comes hears of those that work then. `answers`: the id of the event that it came with.
  void working(const address& where, bool is, const std::string& answers);

  /// Starts sending through `connection`, which must outlive the next `detach`.
  void attach(conn& connection);
  /// Stops sending; completes when nothing of this outbox uses the connection any more.
  task<void> detach();

  /// Nothing is sent any more, and no timer runs.
  void close() noexcept;

  /// Completes when nothing waits that could be sent now, or there is no connection.
  task<void> flushed();

  /// Completes when few messages wait, or nothing is being sent.
  task<void> caught_up();

  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }

  static constexpr std::size_t room_limit = 1000;

 private:
  struct item {
    outgoing message;
    std::shared_ptr<detail::job> progress_of;
    std::shared_ptr<detail::job> from;  ///< told when the message has left
    std::shared_ptr<kept_message> kept;
    int refusals = 0;  ///< times the network did not take it
    int waits = 0;     ///< times it asked to wait
    int losses = 0;    ///< connections lost while it was being sent
  };
  // Items are big: the blocks of a std::deque would hold one each.
  using item_queue =
      boost::container::deque<item, void,
                              boost::container::deque_options_t<boost::container::block_size<4U>>>;
  struct room {
    std::string name;
    item_queue items;
    bool sending = false;
    bool broken = false;  ///< sending ended because of the connection
    clock::timer_id pause = 0;
    std::size_t dropped = 0;
    boost::asio::cancellation_signal cancel;
  };

  class busy_command {
   public:
    busy_command(address where, std::string answers)
        : where(std::move(where)), answers(std::move(answers)) {}

    address where;
    std::string answers;
  };

  room& room_of(const outgoing& message);
  /// Hands it to the connection if that takes it now.
  bool leaves_at_once(const room& place, const outgoing& message);
  void enqueue(room& place, item&& added);
  void start(room& place);
  task<void> pump(room* place);
  [[nodiscard]] bool goes_on_after(room& place, const failure& error);
  void pause(room& place, std::chrono::milliseconds time);
  void give_up(room& place, const std::string& why);
  void leave(room& place);
  void ended(room& place);

  boost::asio::any_io_executor strand_;
  std::shared_ptr<clock> clock_;
  logger log_;
  std::shared_ptr<journal> kept_in_;
  conn* connection_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<room>> rooms_;
  /// By room, thread and what they answer.
  std::unordered_multimap<std::string, busy_command> busy_;
  std::size_t waiting_ = 0;
  std::size_t sending_ = 0;
  net::condition changed_;
};

}  // namespace mynah::core
