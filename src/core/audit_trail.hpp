// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/audit.hpp>
#include <mynah/audit_entry.hpp>
#include <mynah/clock.hpp>
#include <mynah/log.hpp>
#include <mynah/redactor.hpp>

#include "core/journal.hpp"

namespace mynah::core {

/// What an attempt came to, as a store keeps it.
[[nodiscard]] audit_entry entry_of(const event& said, std::string_view line, mynah::outcome how,
                                   std::string_view reason, clock::wall_time time,
                                   const redactor& secrets);
/// The same for one that was routed to a command.
[[nodiscard]] audit_entry entry_of(const detail::job& attempt, mynah::outcome how,
                                   std::string_view reason, std::chrono::nanoseconds duration,
                                   clock::wall_time time, const redactor& secrets);

/// The audit of attempts that the journal does not record. The first is written at once; those that
/// follow within a moment are collected, so a flood of them costs few transactions, and entries are
/// made where the store writes them, off the bot's strand. What the store does not take is tried
/// again.
///
/// Bounded: of commands that did what they should and show nothing secret, many more than people
/// type are only counted, and the count is in the audit. Denials and failures are always kept, up
/// to 50,000 or 64 MB that wait. Of a text 16,384 bytes are kept, and 1,024 of what was not run.
///
/// Executor and thread safety: on the bot's strand only.
class audit_trail {
 public:
  audit_trail(std::shared_ptr<journal> journal, std::shared_ptr<clock> clock, logger log,
              redactor secrets);

  /// The job must not change any more, except that it may still run.
  void add(std::shared_ptr<const detail::job> attempt, mynah::outcome how, std::string_view reason,
           std::chrono::nanoseconds duration, clock::time_point now);
  /// `must`: also if ordinary attempts are only counted.
  void add(audit_entry entry, bool must = false);

  /// Writes what waits; `then` is called when all that was added before is in the store, or lost.
  void flush(std::function<void()> then);
  /// Nothing is added or written any more.
  void close();

 private:
  /// An attempt that is over.
  class ended {
   public:
    std::shared_ptr<const detail::job> job;
    std::unique_ptr<audit_entry> entry;  ///< instead of a job
    mynah::outcome how = mynah::outcome::done;
    std::string reason;
    std::chrono::nanoseconds duration{0};
    clock::time_point at{};
  };
  using batch = std::vector<ended>;

  [[nodiscard]] bool has_room(bool must, std::size_t bytes, clock::time_point now);
  void added();
  void write_after(std::chrono::milliseconds time);
  void write();
  void written(const std::string& why);

  std::shared_ptr<journal> journal_;
  std::shared_ptr<clock> clock_;
  logger log_;
  redactor secrets_;
  std::shared_ptr<batch> waiting_ = std::make_shared<batch>();
  std::shared_ptr<batch> writing_;
  std::shared_ptr<batch> spare_ = std::make_shared<batch>();
  std::size_t waiting_bytes_ = 0;  ///< of texts in `waiting_`
  std::size_t writing_bytes_ = 0;
  std::size_t missed_ = 0;
  std::size_t allowance_;         ///< ordinary attempts that may still be kept
  clock::time_point allowed_at_;  ///< when it was last added to
  bool failing_ = false;
  bool closed_ = false;
  clock::timer_id moment_ = 0;  ///< until it has passed, attempts are collected
  std::vector<std::function<void()>> flushed_;
};

}  // namespace mynah::core
