// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <mynah/audit.hpp>
#include <mynah/clock.hpp>
#include <mynah/reply.hpp>
#include <mynah/task.hpp>

#include "core/admission.hpp"
#include "core/blocking_pool.hpp"
#include "core/job.hpp"
#include "net/condition.hpp"

namespace mynah::core {

/// How commands are run.
class run_options {
 public:
  std::chrono::milliseconds deadline = std::chrono::seconds(30);
  /// A command that has said nothing for this long gets a line with its id; zero: never.
  std::chrono::milliseconds notice_after = std::chrono::seconds(5);
  admission_limits limits;
  std::function<void(std::function<void()>)> run_blocking;  ///< null: an own pool
};

/// What the run stage tells the pipeline. Called on the bot's strand.
class run_observer {
 public:
  virtual ~run_observer() = default;
  /// A word about the job for its room, while it runs.
  virtual void deliver(const std::shared_ptr<detail::job>& job, reply message) = 0;
  /// A command that takes its time works for its asker, or does not any more.
  virtual void working(const detail::job& job, bool is) = 0;
  /// It is settled how the attempt ended; called once for each job. `answer` may be empty.
  virtual void settled(const std::shared_ptr<detail::job>& job, outcome how,
                       std::string_view reason, reply answer) = 0;
};

/// Runs commands: each with its own deadline and cancellation, a bounded number at once. What a
/// command throws becomes a reply; nothing it does stops another.
///
/// Executor and thread safety: on the bot's strand only.
class runner {
 public:
  runner(run_observer& observer, boost::asio::any_io_executor strand, std::shared_ptr<clock> clock,
         run_options options);

  /// Runs a quick command here and now.
  void run_quick(const std::shared_ptr<detail::job>& job);
  /// Gives the command a place among those that run, as `waiting`; or tells what is full.
  std::optional<std::string> admit(const std::shared_ptr<detail::job>& job);
  /// Starts what was admitted. One that was cancelled meanwhile ends as such.
  void launch(const std::shared_ptr<detail::job>& job);

  /// Tells a job to stop. It has ended when it says so, or is shown as cancelling.
  bool cancel(std::uint64_t id, const std::string& reason);
  /// Tells all jobs to stop. For the end of the bot: none is to be started after it.
  void cancel_all(const std::string& reason);
  [[nodiscard]] bool all_cancelled() const noexcept { return all_cancelled_; }
  /// From now on a job that was told to stop and does not is left behind after its grace.
  void begin_draining();
  /// Jobs left behind so far.
  [[nodiscard]] std::size_t abandoned() const noexcept { return abandoned_; }
  /// Whether a command runs on a thread of its own.
  [[nodiscard]] bool uses_threads() const;
  /// Gives up on all jobs that are left: they may go on, but nothing they do reaches anybody.
  /// Returns how many there were.
  std::size_t abandon_all();

  /// A question is open: the deadline stands still. Closing resumes it.
  void question_opened(detail::job& job);
  void question_closed(detail::job& job);

  /// All jobs that have not ended. From any thread.
  [[nodiscard]] std::vector<std::shared_ptr<detail::job>> jobs() const;
  /// One of them, or null. From any thread.
  [[nodiscard]] std::shared_ptr<detail::job> find(std::uint64_t id) const;
  [[nodiscard]] std::uint64_t next_id() noexcept { return ++last_id_; }
  /// The id given last; ids go on from there.
  [[nodiscard]] std::uint64_t last_id() const noexcept { return last_id_; }
  void set_last_id(std::uint64_t id) noexcept { last_id_ = id; }

  /// Completes when no job is left.
  task<void> drained();

 private:
  class outcome_of_run;

  static outcome_of_run run_code(const std::shared_ptr<detail::job>& job);
  [[nodiscard]] std::chrono::milliseconds deadline_of(const command_spec& spec) const;
  void run_on_thread(const std::shared_ptr<detail::job>& job);
  task<void> run_coroutine(std::shared_ptr<detail::job> job);
  void finish(const std::shared_ptr<detail::job>& job, outcome_of_run result);
  void report(const std::shared_ptr<detail::job>& job, outcome_of_run& result);
  void arm(const std::shared_ptr<detail::job>& job);
  void expire(const std::shared_ptr<detail::job>& job);
  void tell_to_stop(detail::job& job);
  void give_up(const std::shared_ptr<detail::job>& job);
  void leave_behind(const std::shared_ptr<detail::job>& job);
  void forget_timers(detail::job& job);
  void set_working(detail::job& job, bool is);
  std::string new_error_id();

  run_observer& observer_;
  boost::asio::any_io_executor strand_;
  std::shared_ptr<clock> clock_;
  run_options options_;
  admission admission_;
  std::unique_ptr<blocking_pool> pool_;
  mutable std::mutex jobs_mutex_;  ///< changed on the strand, shown anywhere
  std::map<std::uint64_t, std::shared_ptr<detail::job>> jobs_;
  std::uint64_t last_id_ = 0;
  bool draining_ = false;
  bool all_cancelled_ = false;
  std::size_t abandoned_ = 0;
  std::mt19937 random_;
  net::condition emptied_;
};

}  // namespace mynah::core
