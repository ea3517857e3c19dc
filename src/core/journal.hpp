// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <mynah/audit_entry.hpp>
#include <mynah/clock.hpp>
#include <mynah/log.hpp>
#include <mynah/store.hpp>
#include <mynah/task.hpp>

#include "net/condition.hpp"

namespace mynah::detail {
class job;
}

namespace mynah::core {

/// A message that the store keeps until it is sent.
class kept_message {
 public:
  enum class state : unsigned char {
    storing,  ///< not yet in the store: nobody may see it
    ready,    ///< may be sent
    dropped   ///< shall not be sent
  };

  std::string group;  ///< messages of one group leave in order
  std::string body;
  lease held;  ///< zero until it is stored
  state now = state::storing;
  // While the store takes nothing, a message may leave before it is stored.
  bool left = false;      ///< sent, or given up
  std::string set_aside;  ///< why it was given up
};

/// How an attempt ended.
class settlement {
 public:
  std::string input;
  std::string event_id;  ///< the network's; empty if it has none
  lease command;         ///< zero: the command was never received
  audit_entry entry;
  std::string set_aside;                 ///< why the command is kept aside instead of forgotten
  std::shared_ptr<kept_message> answer;  ///< or null
};

/// What the journal has of an earlier run.
class journal_rest {
 public:
  std::vector<queue_item> commands;
  std::vector<queue_item> messages;
};

/// The memory of a bot for what must not be lost or done twice: commands that change something,
/// from receipt to end, and what is said because of them, until it is sent.
///
///     receive   event remembered, command recorded       -> the network may be told
///     begin     command marked as started                -> it may run
///     settle    command done, answer kept, audit written -> the answer may be sent
///     sent      message forgotten
///
/// Each step is one transaction, and the next step waits for it. What the bot must not refuse any
/// more (everything after `receive`) is tried again until the store takes it. What is said is
/// stored in the order in which it was said, and before that the command is settled; while the
/// store takes nothing it is shown all the same.
///
/// Executor and thread safety: on the bot's strand only.
class journal : public std::enable_shared_from_this<journal> {
 public:
  static constexpr const char* command_queue = "commands";
  static constexpr const char* message_queue = "outbox";

  enum class reception : unsigned char { recorded, duplicate, failed };
  using on_received = std::function<void(reception, const std::string& why)>;
  using on_ready = std::function<void(const std::shared_ptr<kept_message>&)>;

  journal(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock, logger log,
          std::shared_ptr<store> store);
  journal(const journal&) = delete;
  journal& operator=(const journal&) = delete;
  ~journal();

  /// Records a command that came in. Its body is `job::journal_body`.
  void receive(const std::shared_ptr<detail::job>& job, on_received then);
  /// Records that it starts; `then` hears whether it is still this bot's to start. `troubled`
  /// hears, once, why that has to wait.
  void begin(const std::shared_ptr<detail::job>& job, std::function<void(bool ours)> then,
             std::function<void(const std::string& why)> troubled);
  /// Records how an attempt ended, with its answer, if there is one. For one that was never
  /// received the event is remembered in the same step; if it had been before, nothing is said
  /// again. `then` is called when that is done; `ready` when the answer may be sent, or not at all.
  void settle(settlement ended, std::function<void()> then, on_ready ready);
  /// Keeps a message of a running command.
  void keep(const std::shared_ptr<kept_message>& message, const on_ready& ready);

  /// The message has left.
  void sent(kept_message& message);
  /// It cannot be delivered: kept aside, for `outbox`.
  void undeliverable(kept_message& message, const std::string& why);

  /// Writes until the store takes it.
  void insist(store::work what, std::function<void()> then = {});
  /// Writes once; `then` hears what went wrong, or an empty text.
  void write(store::work what, std::function<void(const std::string& why)> then);

  /// Claims everything an earlier run left.
  void recover(std::function<void(journal_rest, const std::string& why)> then);
  /// This item is ours from now on.
  void hold(const lease& held);
  /// And this is not any more.
  void let_go(const lease& held);

  /// Commands whose receipt is being recorded.
  [[nodiscard]] std::size_t receiving() const noexcept { return receiving_; }
  /// All that is on its way into the store.
  [[nodiscard]] std::size_t waiting() const noexcept { return pending_.size(); }
  /// Completes when everything submitted is in the store, or was given up.
  task<void> idle();
  /// Completes when few receipts are being recorded.
  task<void> caught_up();
  /// What the store does not take is given up, with a log line. For the end of the bot.
  void give_up();
  /// No timer and no answer of the store reaches this journal any more, and it writes nothing.
  void close();
  /// Whether nothing is on its way into the store.
  [[nodiscard]] bool is_idle() const noexcept { return pending_.empty() && left_->empty(); }

  [[nodiscard]] store& kept_in() const noexcept { return *store_; }

 private:
  struct pending {
    store::work what;
    std::function<void(const std::string& why)> then;
    std::function<void(const std::string& why)> troubled;
    std::shared_ptr<std::vector<lease>> forgets;  ///< messages that have left
    std::function<void()> before_retry;
    bool insisting = false;
    bool ordered = false;  ///< never in the store before what is ordered, too, and came earlier
    bool failing = false;
    bool submitted = false;
  };
  class gate;
  class way_back;

  void add(pending what);
  void submit(std::uint64_t id);
  void take_reports();
  void finished(std::uint64_t id, const std::exception_ptr& error);
  void fails(pending& each, const std::string& why);
  void stored(kept_message& message, const lease& held);
  void try_again();
  void write_later(const lease& finished);
  void arm_retry_timer();
  void arm_lease_timer();
  void extend_leases();

  boost::asio::any_io_executor strand_;
  std::shared_ptr<clock> clock_;
  logger log_;
  std::shared_ptr<store> store_;
  std::shared_ptr<way_back> way_back_;
  std::map<std::uint64_t, pending> pending_;  ///< in the order of their submission
  std::uint64_t last_ = 0;
  std::size_t receiving_ = 0;
  std::size_t failing_ = 0;
  std::shared_ptr<gate> gate_;
  std::size_t ordered_failing_ = 0;
  std::size_t ordered_submitted_ = 0;
  bool given_up_ = false;
  bool closed_ = false;
  std::chrono::milliseconds delay_{0};
  clock::timer_id retry_timer_ = 0;
  /// Messages that have left: forgotten together with the next step, or a moment later.
  std::shared_ptr<std::vector<lease>> left_ = std::make_shared<std::vector<lease>>();
  clock::timer_id left_timer_ = 0;
  std::unordered_map<std::int64_t, lease> held_;
  clock::timer_id lease_timer_ = 0;
  net::condition changed_;
};

}  // namespace mynah::core
