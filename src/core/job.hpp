// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/cancellation_signal.hpp>

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include <mynah/arguments.hpp>
#include <mynah/audit.hpp>
#include <mynah/clock.hpp>
#include <mynah/command.hpp>
#include <mynah/event.hpp>
#include <mynah/log.hpp>
#include <mynah/store.hpp>

#include "core/admission.hpp"
#include "core/argument_data.hpp"

namespace mynah {
class async_command;
}

namespace mynah::core {

class pipeline;

/// A command as the bot keeps it.
class registered_command {
 public:
  command_ptr code;
  async_command* coroutine = nullptr;  ///< the same object, if it is one
  std::string origin;                  ///< the plugin it came with
  logger log;
};

}  // namespace mynah::core

namespace mynah::detail {

/// The way from a command back to its bot, which either side may outlive. Owns nothing of the bot,
/// so that a thread may hold it to the last.
class job_link {
 public:
  explicit job_link(core::pipeline& home) noexcept : home_(&home) {}

  /// Runs `use` with the pipeline, unless the bot has let go. From any thread; keeps the bot from
  /// going away meanwhile.
  template <class Use>
  void with_pipeline(Use use) {
    const std::lock_guard lock(mutex_);
    if (home_ != nullptr) use(*home_);
  }
  void cut() noexcept {
    const std::lock_guard lock(mutex_);
    home_ = nullptr;
  }

 private:
  std::mutex mutex_;
  core::pipeline* home_;
};

/// One run of a command, from the moment it was allowed. Everything is touched on the bot's strand
/// only, except what says otherwise.
class job : public std::enable_shared_from_this<job> {
 public:
  enum class state : unsigned char {
    waiting,  ///< for the journal; nothing has been done yet
    running,
    asking,      ///< waits for an answer; the deadline stands still
    cancelling,  ///< was told to stop, by somebody
    overdue,     ///< was told to stop, by its deadline
    ended
  };

  job(std::shared_ptr<core::pipeline> home, std::shared_ptr<mynah::clock> clock,
      const core::registered_command& what, mynah::event&& said, std::string&& line,
      std::uint64_t id);

  /// As `job_link::with_pipeline`.
  template <class Use>
  void with_pipeline(Use use) {
    link->with_pipeline(std::move(use));
  }
  /// The bot lets go: nothing that the command does reaches it any more.
  void abandon() noexcept { link->cut(); }

  /// "allowed: <why>", "denied: <why>", or empty if it came to no decision.
  [[nodiscard]] std::string decision() const {
    return decided.empty() ? decided : (allowed ? "allowed: " : "denied: ") + decided;
  }

  /// The pipeline lives as long as its jobs; abandoned ones may only look at it.
  [[nodiscard]] core::pipeline& home() const noexcept { return *home_; }

  // Constant once the job runs; read from any thread.
  const core::registered_command& what;
  const mynah::event said;
  const std::uint64_t id;
  const std::shared_ptr<mynah::clock> clock;
  argument_data data;
  const mynah::arguments args;
  std::stop_source stop{std::nostopstate};
  bool allowed = false;
  std::string decided;   ///< why it was allowed, or was not; empty if it came to no decision
  const bool journaled;  ///< it changes something, so the journal knows it

  // Changed on the strand, shown anywhere.
  std::atomic<state> now = state::running;
  std::atomic<mynah::clock::time_point> due{};

  /// A reply is on its way. Called by the command's own thread: waits while very many are, so that
  /// a command cannot say more than the network takes.
  void sending_one();
  /// It has left, or was dropped.
  void sent_one();

  // On the strand.
  bool said_something = false;
  bool is_working = false;             ///< as the asker's network has been told
  bool past_grace = false;             ///< was told to stop, and did not in the time for it
  std::optional<mynah::outcome> told;  ///< the asker has been told how it ended
  core::admission::ticket ticket;
  mynah::clock::time_point started{};
  std::chrono::nanoseconds left{0};  ///< of the deadline, while it stands still
  int questions = 0;
  mynah::clock::timer_id deadline_timer = 0;
  mynah::clock::timer_id notice_timer = 0;
  boost::asio::cancellation_signal cancellation;
  std::string progress_id;    ///< the network's id of the progress message
  bool said_in_time = false;  ///< its age has been looked at
  std::string journal_body;   ///< what the journal has, or will have, of it
  lease held;                 ///< the journal's item; zero: it has none

 private:
  const std::shared_ptr<core::pipeline> home_;
  std::mutex unsent_mutex_;
  std::condition_variable_any fewer_unsent_;
  std::size_t unsent_ = 0;

 public:
  const std::shared_ptr<job_link> link;
};

}  // namespace mynah::detail
