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
#include <string>
#include <vector>

#include <mynah/audit.hpp>
#include <mynah/bot.hpp>
#include <mynah/bot_view.hpp>
#include <mynah/redactor.hpp>
#include <mynah/store.hpp>
#include <mynah/stream.hpp>

#include "core/addressing.hpp"
#include "core/arrivals.hpp"
#include "core/audit_trail.hpp"
#include "core/authorise.hpp"
#include "core/choices.hpp"
#include "core/delivery.hpp"
#include "core/journal.hpp"
#include "core/journal_record.hpp"
#include "core/outbox.hpp"
#include "core/questions.hpp"
#include "core/recent_ids.hpp"
#include "core/registrations.hpp"
#include "core/resolve_settings.hpp"
#include "core/run.hpp"
#include "core/unknown_replies.hpp"

namespace mynah::core {

/// The pipeline of one bot: takes each event through its stages, in the order of
/// docs/architecture.md.
///
/// Executor and thread safety: on the bot's strand; members of `bot_view` from any thread.
class pipeline final : public bot_view,
                       public emitter,
                       public run_observer,
                       public std::enable_shared_from_this<pipeline> {
 public:
  pipeline(boost::asio::any_io_executor strand, std::shared_ptr<clock> clock, logger log,
           std::string program, audit_sink audit, run_options run,
           std::shared_ptr<registrations> registered, const resolved_settings& settings,
           std::shared_ptr<store> store);

  /// The store is open: takes up what an earlier run left, then calls `then`, with what went wrong
  /// or an empty text.
  void recover(std::function<void(const std::string& why)> then);
  /// The last word to the store; completes when it has taken everything.
  task<void> put_away();
  /// No timer runs any more.
  void close();

  /// An event came in by that connection. Never waits and never throws: commands run elsewhere.
  void on_event(event&& seen, const std::shared_ptr<live_connection>& by);

  outbox& outbox_of(const std::string& input);
  runner& jobs_runner() noexcept { return runner_; }
  journal& records() noexcept { return *journal_; }
  questions& open_questions() noexcept { return questions_; }

  /// From any thread.
  void say(const address& where, reply message);

  // For contexts.
  /// False if the message goes nowhere.
  bool reply_from(const std::shared_ptr<detail::job>& job, reply message, bool is_progress);
  [[nodiscard]] bool permits(const principal& who, std::string_view permission) const;
  [[nodiscard]] const boost::asio::any_io_executor& strand() const noexcept { return strand_; }
  [[nodiscard]] bool on_strand() const;

  /// What `bot_view::inputs` shows.
  void set_input_state(const std::string& input, std::string state, std::string detail);
  /// What `bot_view::network` gives. Before the bot runs.
  void set_network(const std::string& input, std::shared_ptr<mynah::network> network);
  /// The connection that describes this input from now on; null before it goes.
  void set_input_connection(const std::string& input, const conn* connection);

  // bot_view
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] const std::string& program() const noexcept override { return program_; }
  [[nodiscard]] const std::string& prefix() const noexcept override { return prefix_; }
  [[nodiscard]] clock::time_point started() const noexcept override { return started_; }
  void visit_commands(const std::function<void(const command&)>& visit) const override;
  [[nodiscard]] const command* find_command(std::string_view name) const override;
  [[nodiscard]] bool may_run(const principal& who, const command& what) const override;
  bool admit(const event& said, const command& what) override;
  [[nodiscard]] std::vector<std::string> roles_of(const principal& who) const override;
  [[nodiscard]] std::vector<std::string> suggestions(const principal& who,
                                                     std::string_view word) const override;
  [[nodiscard]] std::vector<job_info> jobs() const override;
  cancel_outcome cancel(std::uint64_t job, const principal& by) override;
  [[nodiscard]] std::vector<input_info> inputs() const override;
  [[nodiscard]] std::shared_ptr<mynah::network> network(std::string_view input) const override;
  [[nodiscard]] std::string setting(std::string_view plugin, std::string_view flag) const override;
  [[nodiscard]] audit_page find_audit(const audit_query& query) override;
  [[nodiscard]] std::vector<kept_message_info> kept_messages() const override;
  bool retry_message(std::int64_t id) override;
  bool drop_message(std::int64_t id) override;
  [[nodiscard]] std::vector<kept_command_info> kept_commands() const override;
  bool retry_command(std::int64_t id) override;
  bool drop_command(std::int64_t id) override;

  // emitter
  void emit(const address& where, reply message) override;
  [[nodiscard]] bot_view& bot() noexcept override { return *this; }

  // run_observer
  void deliver(const std::shared_ptr<detail::job>& job, reply message) override;
  void working(const detail::job& job, bool is) override;
  void settled(const std::shared_ptr<detail::job>& job, outcome how, std::string_view reason,
               reply answer) override;

 private:
  void handle(event& seen, delivery& arrived);
  [[nodiscard]] bool through_streams(event& seen);
  [[nodiscard]] bool answers_question(const event& said, const addressing& found);
  void run_line(event& said, std::string_view line, delivery& arrived);
  [[nodiscard]] std::shared_ptr<detail::job> make_job(route&& found, event&& said, std::string line,
                                                      std::uint64_t id);
  [[nodiscard]] bool asks_for_help(const event& said, std::string_view line);
  void unknown(const event& said, std::string_view line);
  [[nodiscard]] bool accept(const std::shared_ptr<detail::job>& made);
  [[nodiscard]] std::optional<std::string> too_late(clock::wall_time said) const;
  void run(const std::shared_ptr<detail::job>& made);
  void receive(const std::shared_ptr<detail::job>& made);
  void begin(const std::shared_ptr<detail::job>& made);
  void unrecorded(const std::shared_ptr<detail::job>& made, const std::string& why);
  void refuse(const std::shared_ptr<detail::job>& job, outcome how, std::string_view reason,
              reply message);
  void end_attempt(const std::shared_ptr<detail::job>& job, outcome how, std::string_view reason,
                   clock::time_point now, reply&& message);

  void recover_message(const queue_item& item);
  void recover_command(const queue_item& item, bool by_hand);
  void settle_recovered(const queue_item& item, const command_record& record, outcome how,
                        std::string_view reason, reply message);

  /// False if it goes nowhere.
  bool post(outgoing&& message, std::shared_ptr<detail::job> from = nullptr);
  /// Puts a message in its place in the outbox, where it waits until the journal has it; null if it
  /// goes nowhere.
  std::shared_ptr<kept_message> post_kept(outgoing message, std::uint64_t job,
                                          std::shared_ptr<detail::job> from = nullptr);
  /// Configured secrets leave in no text.
  void mask(outgoing& message) const;
  [[nodiscard]] journal::on_ready when_ready(const address& where);
  void announce(const audit_record& record);
  /// Job numbers that a run takes in advance, so that the next one cannot give them again.
  static constexpr std::uint64_t id_block = 1000;
  void reserve_ids();
  void keep_small();
  void trim();
  /// Runs `what` on the strand and waits; not on the strand.
  template <class What>
  auto on_strand_and_wait(What what) const;

  boost::asio::any_io_executor strand_;
  std::shared_ptr<clock> clock_;
  logger log_;
  logger audit_log_;
  std::string program_;
  audit_sink audit_;
  std::string name_;
  std::string prefix_;
  clock::time_point started_;
  std::shared_ptr<registrations> registered_;
  std::vector<const registered_command*> sorted_;
  std::map<std::string, settings, std::less<>> plugin_settings_;
  authoriser gate_;
  choices choices_;
  questions questions_;
  unknown_replies unknown_;
  redactor secrets_;
  std::shared_ptr<journal> journal_;
  audit_trail trail_;
  recent_ids recent_;
  arrivals arrivals_;
  std::chrono::milliseconds max_event_age_;
  bool answers_late_;
  std::chrono::milliseconds audit_keep_;
  runner runner_;
  std::map<std::string, std::shared_ptr<outbox>> outboxes_;
  std::uint64_t reserved_id_ = 0;  ///< a run after this one gives ids above it
  bool reserving_ = false;
  clock::timer_id upkeep_timer_ = 0;

  mutable std::mutex inputs_mutex_;  ///< other threads may ask for them
  std::vector<input_info> inputs_;
  std::map<std::string, std::shared_ptr<mynah::network>, std::less<>> networks_;
  std::map<std::string, const conn*> described_by_;  ///< live connections, by input
};

}  // namespace mynah::core
