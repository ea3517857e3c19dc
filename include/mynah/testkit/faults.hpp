// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include <mynah/clock.hpp>
#include <mynah/store.hpp>

namespace mynah::testkit {

/// Random numbers that depend on the seed and on nothing else: neither on the compiler nor on its
/// library, whose distributions differ.
///
/// Thread safety: a value.
class dice {
 public:
  explicit dice(std::uint64_t seed) noexcept : state_(seed) {}

  std::uint64_t next() noexcept;
  /// Zero up to `n - 1`; zero if `n` is.
  std::uint64_t below(std::uint64_t n) noexcept;
  /// True about `probability` times of one.
  bool chance(double probability) noexcept;
  /// Both bounds included.
  std::chrono::milliseconds between(std::chrono::milliseconds from,
                                    std::chrono::milliseconds to) noexcept;
  /// Others, for a purpose of their own: what they give does not depend on what these gave.
  [[nodiscard]] dice fork(std::uint64_t purpose) const noexcept;

 private:
  std::uint64_t state_;
};

/// How long something takes or lasts.
///
/// Thread safety: a value.
class time_range {
 public:
  constexpr time_range() = default;
  constexpr time_range(std::chrono::milliseconds from, std::chrono::milliseconds to)
      : from(from), to(to) {}

  std::chrono::milliseconds from{0};
  std::chrono::milliseconds to{0};
};

/// What goes wrong, and how often. A number is a probability, each time; `..._every` is a mean time
/// between two, and zero means never. As made, nothing goes wrong.
///
///     mynah::testkit::faults plan;
///     plan.event_twice = 0.05;
///     plan.crash_every = 2h;
///     chat.faults(17, plan);
///
/// Thread safety: a value.
class faults {
 public:
  faults() = default;

  /// What a bot meets in a bad week: some of everything, each now and then.
  [[nodiscard]] static faults everyday();
  /// As much of everything as a bot can live with: for many short runs.
  [[nodiscard]] static faults heavy();

  // Events on their way to the bot.

  double event_delayed = 0;
  time_range delay{std::chrono::milliseconds(100), std::chrono::seconds(30)};
  double event_reordered = 0;       ///< the next one comes before it, or a second passes
  double event_twice = 0;           ///< under the same id
  double acknowledgement_lost = 0;  ///< the next connection delivers the event again

  // Messages on their way to the network.

  double send_refused = 0;    ///< `errc::not_sent`
  double send_throttled = 0;  ///< `errc::throttled`
  time_range retry_after{std::chrono::seconds(1), std::chrono::seconds(20)};
  double send_slow = 0;  ///< shown at once or at the end
  time_range send_time{std::chrono::milliseconds(10), std::chrono::seconds(3)};
  double lost_while_sending = 0;  ///< the connection is lost, before or after the message is shown

  // Connections.

  std::chrono::milliseconds connection_lost_every{0};
  double connecting_fails = 0;
  /// What the bot sends vanishes, without an error, until the connection is lost.
  std::chrono::milliseconds mute_every{0};
  /// Events do not arrive until the connection is lost.
  std::chrono::milliseconds deaf_every{0};
  time_range silence{std::chrono::seconds(5), std::chrono::seconds(120)};  ///< of either kind

  // The process.

  std::chrono::milliseconds crash_every{0};
  std::chrono::milliseconds restart_every{0};  ///< a stop in order, and a new start
  double crash_at_transaction = 0;  ///< right before it is committed, or right after, unanswered
  time_range down{std::chrono::milliseconds(100), std::chrono::seconds(60)};  ///< until the next

  // The store.

  double store_slow = 0;  ///< and what is submitted later waits
  time_range store_time{std::chrono::milliseconds(1), std::chrono::seconds(3)};
  double store_fails = 0;                   ///< nothing is committed, `store_problem::busy`
  std::chrono::milliseconds full_every{0};  ///< `store_problem::full`, for all that is written
  time_range full{std::chrono::seconds(1), std::chrono::seconds(90)};
};

/// A store that is slow, fails, and forgets with the process what was not committed, as planned.
///
/// Transactions happen in `step`, not when they are submitted. A `chat` with faults does that; so
/// the members of `store` that wait (`write`, `read`) are for other threads than the chat's.
///
/// Thread safety: the members of `store` from any thread; the others from one.
class faulty_store final : public store {
 public:
  /// `kept_in` is what survives. Its transactions are waited for.
  faulty_store(std::shared_ptr<store> kept_in, std::shared_ptr<clock> clock, dice luck,
               const faults& plan);
  ~faulty_store() override;

  /// Opens what is kept. After a crash: of the next process.
  void open() override;
  void submit(work what, done then) override;
  void submit_reading(work what, done then) override;

  /// Does the next transaction; false if none is due.
  bool step();
  /// The process is gone: what was submitted and not done never will be, and nobody hears of it.
  /// Until the next `open` everything fails.
  void crash();
  [[nodiscard]] bool crashed() const;
  /// Whether the disk is full, on top of what the plan does.
  void set_full(bool full);
  /// From now on nothing goes wrong.
  void calm();
  /// Transactions that failed so far.
  [[nodiscard]] std::size_t failures() const noexcept;
  /// Called in `step` after each commit, before anybody else hears of it.
  void on_commit(std::function<void()> call);

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace mynah::testkit
