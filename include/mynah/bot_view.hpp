// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/address.hpp>
#include <mynah/audit_entry.hpp>
#include <mynah/clock.hpp>
#include <mynah/command.hpp>
#include <mynah/event.hpp>
#include <mynah/network.hpp>
#include <mynah/principal.hpp>

namespace mynah {

/// One running command.
class job_info {
 public:
  job_info(std::uint64_t id, std::string command, std::string line, mynah::principal principal,
           address where, mynah::clock::time_point started, std::string state)
      : id(id),
        command(std::move(command)),
        line(std::move(line)),
        principal(std::move(principal)),
        where(std::move(where)),
        started(started),
        state(std::move(state)) {}

  std::uint64_t id;
  std::string command;
  std::string line;
  mynah::principal principal;
  address where;
  mynah::clock::time_point started;
  std::string state;  ///< "waiting" (for the journal), "running", "asking", "cancelling", "overdue"
};

/// One input and how it is.
class input_info {
 public:
  input_info(std::string name, std::string state, std::string detail)
      : name(std::move(name)), state(std::move(state)), detail(std::move(detail)) {}

  std::string name;
  std::string state;   ///< "starting", "online", "waiting", "failed", "stopped"
  std::string detail;  ///< why, or what the connection is (`conn::describe`), in our words
};

/// A message that the bot keeps until it is sent.
class kept_message_info {
 public:
  kept_message_info() = default;

  std::int64_t id = 0;
  std::uint64_t job = 0;  ///< the command it answers
  address to;
  std::string text;
  std::chrono::system_clock::time_point added{};
  std::string set_aside;  ///< why it is not tried any more; empty: it waits
};

/// A command that the bot has recorded and not settled.
class kept_command_info {
 public:
  kept_command_info() = default;

  std::int64_t id = 0;
  std::uint64_t job = 0;
  std::string line;
  mynah::principal principal;
  address where;
  std::chrono::system_clock::time_point received{};
  bool started = false;
  std::string set_aside;  ///< why it is not tried any more; empty: it is at work
};

/// What `cancel` came to.
enum class cancel_outcome : unsigned char { cancelled, no_such_job, not_permitted };

/// The bot as commands and streams may see and touch it.
///
/// Thread safety: all members may be called from any thread; `visit_commands` sees the commands as
/// they were when the bot started.
class bot_view {
 public:
  virtual ~bot_view() = default;

  [[nodiscard]] virtual const std::string& name() const noexcept = 0;
  /// Name and version of the program, e.g. "micro-bot 0.1.0 (mynah 0.1.0)".
  [[nodiscard]] virtual const std::string& program() const noexcept = 0;
  [[nodiscard]] virtual const std::string& prefix() const noexcept = 0;
  [[nodiscard]] virtual mynah::clock::time_point started() const noexcept = 0;

  /// Every command, sorted by name.
  virtual void visit_commands(const std::function<void(const command&)>& visit) const = 0;
  /// The command with this name or alias, or null.
  [[nodiscard]] virtual const command* find_command(std::string_view name) const = 0;
  /// Whether this principal may run that command, and why.
  [[nodiscard]] virtual bool may_run(const mynah::principal& who, const command& what) const = 0;
  /// The same for who asked for a command in another way than by its line, and is to fill in a form
  /// first. If they may not, `said` is answered and in the audit as it is when a line is denied.
  virtual bool admit(const event& said, const command& what) = 0;
  /// The roles that grants give this principal, sorted.
  [[nodiscard]] virtual std::vector<std::string> roles_of(const mynah::principal& who) const = 0;
  /// Names near to a word that matched nothing, nearest first, only those `who` may run.
  [[nodiscard]] virtual std::vector<std::string> suggestions(const mynah::principal& who,
                                                             std::string_view word) const = 0;

  [[nodiscard]] virtual std::vector<job_info> jobs() const = 0;
  /// Asks a job to stop. Everybody may stop their own; others need the permission `cancel.any`.
  virtual cancel_outcome cancel(std::uint64_t job, const mynah::principal& by) = 0;

  [[nodiscard]] virtual std::vector<input_info> inputs() const = 0;
  /// What the network behind this input can do beyond hearing and saying; null if there is no such
  /// input, or nothing. Plugins have a typed way to it, e.g. `irc::network::of`.
  [[nodiscard]] virtual std::shared_ptr<mynah::network> network(std::string_view input) const = 0;

  /// The value of a plugin's flag ("builtins", "time-zone") as resolved, or of the bot's own ("",
  /// "prefix"); empty if there is none.
  [[nodiscard]] virtual std::string setting(std::string_view plugin,
                                            std::string_view flag) const = 0;

  // What the store keeps. These wait for the store, so they must not be called on the bot's strand
  // (not in quick commands, coroutines or streams). Throw `store_error`.

  [[nodiscard]] virtual audit_page find_audit(const audit_query& query) = 0;
  /// Messages of commands that change something: waiting, or set aside. Oldest first.
  [[nodiscard]] virtual std::vector<kept_message_info> kept_messages() const = 0;
  /// Tries a message that was set aside again; false if there is none with this id.
  virtual bool retry_message(std::int64_t id) = 0;
  /// Forgets a message that waits or was set aside; false if there is none, or it is being sent.
  virtual bool drop_message(std::int64_t id) = 0;
  /// Commands that are recorded and not settled, oldest first.
  [[nodiscard]] virtual std::vector<kept_command_info> kept_commands() const = 0;
  /// Runs a command that was set aside after all; false if there is none with this id.
  virtual bool retry_command(std::int64_t id) = 0;
  /// Forgets a command that was set aside; false if there is none with this id.
  virtual bool drop_command(std::int64_t id) = 0;
};

}  // namespace mynah
