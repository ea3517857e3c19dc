// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/audit_entry.hpp>
#include <mynah/clock.hpp>
#include <mynah/flag.hpp>
#include <mynah/log.hpp>
#include <mynah/settings.hpp>

namespace mynah {

/// Why a store cannot do what it was asked.
enum class store_problem : unsigned char {
  full,       ///< no space left; may pass
  busy,       ///< slow, or not reachable now; may pass
  read_only,  ///< permanent: file or directory cannot be written
  corrupt,    ///< permanent: what is there is damaged, or no state of mynah
  newer,      ///< permanent: written by a newer version
  in_use,     ///< another process has it open
  failed      ///< anything else the system said
};

/// Whether trying again is pointless until a human changes something.
[[nodiscard]] bool is_permanent(store_problem problem) noexcept;

/// Thrown by transactions and by `open`. The text names the file or server and what to do.
class store_error : public std::runtime_error {
 public:
  store_error(store_problem problem, const std::string& text)
      : std::runtime_error(text), problem_(problem) {}
  [[nodiscard]] store_problem problem() const noexcept { return problem_; }

 private:
  store_problem problem_;
};

/// The right to work on an item of a queue, until the lease ends or somebody claims the item anew.
///
/// Thread safety: a value.
class lease {
 public:
  lease() = default;
  lease(std::int64_t item, std::int64_t token) : item(item), token(token) {}

  friend bool operator==(const lease&, const lease&) = default;

  std::int64_t item = 0;
  std::int64_t token = 0;  ///< fencing token: each claim has a higher one than all before
};

/// An item of a queue.
///
/// Thread safety: a value.
class queue_item {
 public:
  [[nodiscard]] lease held() const noexcept { return {id, token}; }

  std::int64_t id = 0;     ///< given by the store, growing, never used twice
  std::int64_t token = 0;  ///< of the latest claim, zero if there was none
  std::string queue;
  std::string group;  ///< items of one group are handed out in order; empty: no order
  std::string body;
  std::int64_t attempts = 0;  ///< how often it has been claimed
  std::chrono::system_clock::time_point added{};
  std::chrono::system_clock::time_point due{};    ///< not handed out before
  std::chrono::system_clock::time_point until{};  ///< end of the claim's lease
  std::string buried;                             ///< why it was set aside; empty if it was not
};

/// What can be done in one transaction: all of it becomes durable, or nothing.
///
/// Every member may throw `store_error`, and then all is undone, even if `work` catches it. A call
/// with a lease that is not the latest claim of its item, or was given back, changes nothing and
/// returns false: whoever was thought dead cannot interfere.
///
/// Thread safety: none; used inside the function given to `store::submit` only.
class transaction {
 public:
  using wall_time = std::chrono::system_clock::time_point;

  transaction() = default;
  transaction(const transaction&) = delete;
  transaction& operator=(const transaction&) = delete;
  virtual ~transaction() = default;

  // Values: bytes under a key in a space.

  [[nodiscard]] virtual std::optional<std::string> get(std::string_view space,
                                                       std::string_view key) = 0;
  virtual void put(std::string_view space, std::string_view key, std::string_view value) = 0;
  /// Puts if the value is what is expected (`nullopt`: there is none); false otherwise.
  virtual bool put_if(std::string_view space, std::string_view key,
                      std::optional<std::string_view> expected, std::string_view value) = 0;
  /// False if there was none.
  virtual bool erase(std::string_view space, std::string_view key) = 0;
  /// Visits keys that begin with `prefix`, in the order of bytes, until `visit` returns false.
  virtual void scan(
      std::string_view space, std::string_view prefix,
      const std::function<bool(std::string_view key, std::string_view value)>& visit) = 0;

  // Events: what came in already.

  /// Remembers that the event with this id came in by that input; false if it had already.
  virtual bool append_event(std::string_view input, std::string_view id) = 0;

  // Queues: work that survives who does it.

  /// Adds an item that may be claimed from `due` on; zero: at once.
  virtual std::int64_t enqueue(std::string_view queue, std::string_view group,
                               std::string_view body, wall_time due = {}) = 0;
  /// Adds an item and claims it in the same step, whatever waits before it in its group.
  virtual lease enqueue_claimed(std::string_view queue, std::string_view group,
                                std::string_view body, std::chrono::milliseconds time) = 0;
  /// Claims up to `n` items, oldest first: those that wait and are due, and those whose lease has
  /// run out. An item of a group is passed over while an earlier one of the group is neither in
  /// this claim nor set aside. Each claim has a token higher than all before.
  [[nodiscard]] virtual std::vector<queue_item> claim(std::string_view queue, std::size_t n,
                                                      std::chrono::milliseconds time) = 0;
  /// Claims one item, also one that was set aside, unless somebody else's lease on it runs.
  [[nodiscard]] virtual std::optional<queue_item> claim_item(std::string_view queue,
                                                             std::int64_t item,
                                                             std::chrono::milliseconds time) = 0;
  /// Lengthens the lease: it ends `time` from now.
  virtual bool extend(const lease& held, std::chrono::milliseconds time) = 0;
  /// Changes the body of a claimed item.
  virtual bool update(const lease& held, std::string_view body) = 0;
  /// Gives a claimed item back, to be claimed again from `due` on.
  virtual bool release(const lease& held, wall_time due = {}) = 0;
  /// Sets a claimed item aside: `claim` passes it over from now on, also in its group.
  virtual bool bury(const lease& held, std::string_view why) = 0;
  /// Removes a claimed item: it is done.
  virtual bool finish(const lease& held) = 0;
  /// Visits all items of a queue with ids above `after`, oldest first, until `visit` returns false.
  virtual void scan_queue(std::string_view queue, std::int64_t after,
                          const std::function<bool(const queue_item&)>& visit) = 0;

  // Audit: who asked what, and what came of it.

  /// Adds an entry; its `id` is ignored. Returns the id given.
  virtual std::int64_t append_audit(const audit_entry& entry) = 0;
  [[nodiscard]] virtual audit_page find_audit(const audit_query& query) = 0;

  // Keeping it small.

  /// Forgets events, audit entries and set-aside items that are older than these moments (items:
  /// since they were set aside); at most about `n` rows in one call. Returns how many went.
  virtual std::size_t trim(wall_time events, wall_time audit, wall_time buried, std::size_t n) = 0;

  /// The store's time, the same during the whole transaction.
  [[nodiscard]] virtual wall_time now() const = 0;
};

/// Durable state of a bot: values, events that came in, queues, audit. A bot uses one; what its
/// journal, outbox and audit promise rests on what a store promises here:
///
/// - A transaction whose `done` was called without an error survives a crash of the process, and
///   with a durable store of the machine. One that was not may have happened or not, never half.
/// - Transactions take effect one after the other, in the order of `submit`.
/// - Claims of a process that is gone end when their lease does; a store that only one process can
///   open may end them at `open`.
///
/// `mynah::testkit::check_store` tests any implementation against this.
///
/// Thread safety: all members may be called from any thread.
class store {
 public:
  /// What is done in a transaction. May be called more than once, if the first try did not commit,
  /// so it sets what it captured and never adds to it. What it throws undoes the transaction.
  using work = std::function<void(transaction&)>;
  /// How it ended: null, or why nothing happened (a `store_error`, or what `work` threw). Called
  /// once, on any thread, possibly before `submit` returns; by then `work` and all it captured are
  /// destroyed. Must not throw or block.
  using done = std::function<void(std::exception_ptr)>;

  store() = default;
  store(const store&) = delete;
  store& operator=(const store&) = delete;
  /// Finishes what was submitted and releases everything.
  virtual ~store() = default;

  /// Opens what is there or makes it, checks it, brings it to the current form. Blocks; called
  /// once, before all else. Throws `store_error`.
  virtual void open() = 0;

  /// Queues a transaction. Never blocks on the disk or a network.
  virtual void submit(work what, done then) = 0;
  /// The same for work that only reads: it may run beside writers, and sees a state at or after the
  /// last transaction whose `done` was called. Members that write throw std::logic_error.
  virtual void submit_reading(work what, done then) = 0;

  /// `submit`, and waits for the end; throws what `done` would be given. Not on an executor that
  /// must not block.
  void write(work what);
  /// `submit_reading`, and waits for the end.
  void read(work what);
};

/// What a store is given when it is made.
class store_environment {
 public:
  store_environment(std::string directory, std::shared_ptr<mynah::clock> clock, logger log,
                    settings values, bool reading = false)
      : directory(std::move(directory)),
        clock(std::move(clock)),
        log(std::move(log)),
        values(std::move(values)),
        reading(reading) {}

  std::string directory;  ///< setting `state-dir`: where files go; empty if it is not set
  std::shared_ptr<mynah::clock> clock;
  logger log;
  settings values;  ///< of the store's own flags
  bool reading;     ///< only look, beside a bot that may be running: nothing is made or changed
};

/// A kind of store: what a plugin registers, and `--store=<name>` selects.
class store_type {
 public:
  using factory = std::function<std::unique_ptr<store>(const store_environment&)>;

  store_type(std::string name, std::string summary, factory make, bool keeps_files = true)
      : name(std::move(name)),
        summary(std::move(summary)),
        make(std::move(make)),
        keeps_files(keeps_files) {}

  std::string name;     ///< `sqlite`; letters, digits and `-`
  std::string summary;  ///< one line for help
  factory make;         ///< touches nothing before `store::open`
  bool keeps_files;     ///< needs `state-dir`
};

/// State in memory: as fast as it gets, and gone with the process. Keeps the newest 10,000 audit
/// entries.
[[nodiscard]] std::unique_ptr<store> make_memory_store(std::shared_ptr<clock> clock);

}  // namespace mynah
