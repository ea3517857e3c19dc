// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <mynah/audit.hpp>
#include <mynah/bot.hpp>
#include <mynah/bot_view.hpp>
#include <mynah/stream.hpp>

#include "core/addressing.hpp"
#include "core/authorise.hpp"
#include "core/choices.hpp"
#include "core/outbox.hpp"
#include "core/questions.hpp"
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
           std::shared_ptr<registrations> registered, const resolved_settings& settings);

  /// An event came in. Never waits and never throws: commands run elsewhere.
  void on_event(event seen);

  outbox& outbox_of(const std::string& input);
  runner& jobs_runner() noexcept { return runner_; }
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

  // bot_view
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  [[nodiscard]] const std::string& program() const noexcept override { return program_; }
  [[nodiscard]] const std::string& prefix() const noexcept override { return prefix_; }
  [[nodiscard]] clock::time_point started() const noexcept override { return started_; }
  void visit_commands(const std::function<void(const command&)>& visit) const override;
  [[nodiscard]] const command* find_command(std::string_view name) const override;
  [[nodiscard]] bool may_run(const principal& who, const command& what) const override;
  [[nodiscard]] std::vector<std::string> roles_of(const principal& who) const override;
  [[nodiscard]] std::vector<std::string> suggestions(const principal& who,
                                                     std::string_view word) const override;
  [[nodiscard]] std::vector<job_info> jobs() const override;
  cancel_outcome cancel(std::uint64_t job, const principal& by) override;
  [[nodiscard]] std::vector<input_info> inputs() const override;
  [[nodiscard]] std::string setting(std::string_view plugin, std::string_view flag) const override;

  // emitter
  void emit(const address& where, reply message) override;
  [[nodiscard]] bot_view& bot() noexcept override { return *this; }

  // run_observer
  void deliver(const std::shared_ptr<detail::job>& job, reply message) override;
  void settled(detail::job& job, outcome how, std::string_view reason) override;

 private:
  [[nodiscard]] bool through_streams(event& seen);
  [[nodiscard]] bool answers_question(const event& said, const addressing& found);
  void run_line(event& said, std::string_view line);
  [[nodiscard]] bool asks_for_help(const event& said, std::string_view line);
  void unknown(const event& said, std::string_view line);
  void refuse(const detail::job& job, outcome how, std::string reason, reply message);
  bool post_reply(const address& where, reply message, std::shared_ptr<detail::job> from = nullptr);
  void write_audit(const audit_record& record);

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
  runner runner_;
  std::map<std::string, std::shared_ptr<outbox>> outboxes_;

  mutable std::mutex inputs_mutex_;  ///< other threads may ask for them
  std::vector<input_info> inputs_;
};

}  // namespace mynah::core
