// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/audit.hpp>
#include <mynah/bot_view.hpp>
#include <mynah/clock.hpp>
#include <mynah/command.hpp>
#include <mynah/error_code.hpp>
#include <mynah/input.hpp>
#include <mynah/log.hpp>
#include <mynah/plugin.hpp>
#include <mynah/settings.hpp>
#include <mynah/store.hpp>
#include <mynah/stream.hpp>
#include <mynah/subcommand.hpp>
#include <mynah/task.hpp>

namespace mynah {

/// What an embedding program may give a bot; each has a working default.
class bot_options {
 public:
  bot_options() = default;

  std::string program = "mynah";        ///< name and version of the program, for `version`
  log_sink log = stderr_sink();         ///< where log lines go
  log_level level = log_level::info;    ///< below this nothing is logged
  audit_sink audit;                     ///< sees every command attempt; null: info log lines
  std::shared_ptr<mynah::clock> clock;  ///< null: the machine's
  /// A store that is open already, in place of what the setting `store` names.
  std::shared_ptr<mynah::store> store;
  /// Where blocking commands run: calls its argument once, on another thread, at some time. Null:
  /// threads of the bot, as many as commands may run at once.
  std::function<void(std::function<void()>)> run_blocking;
  /// What the bot throws dice with (delays between tries to connect); zero: another each time.
  std::uint64_t seed = 0;
};

/// A plugin's flags, or the bot's own (empty `plugin`): what help shows and files may hold.
class flag_group {
 public:
  flag_group(std::string plugin, std::string summary, std::vector<flag> flags, bool is_input)
      : plugin(std::move(plugin)),
        summary(std::move(summary)),
        flags(std::move(flags)),
        is_input(is_input) {}

  std::string plugin;
  std::string summary;
  std::vector<flag> flags;
  bool is_input;  ///< may be given per instance: `--<plugin>-<instance>-<name>`
};

/// The composition root: owns registry, pipeline, inputs and running commands, and runs on the
/// executor it is given, beside the program's own work.
///
///     boost::asio::io_context io;
///     mynah::bot bot(io.get_executor());
///     bot.use(mynah::irc::plugin());
///     bot.add(mynah::make_command("ping", "^ping$", "ping", "Answers pong", ...));
///     bot.set("inputs", "irc");
///     bot.set("irc.server", "127.0.0.1:6667");
///     boost::asio::co_spawn(io, bot.run(), boost::asio::detached);
///     io.run();
///
/// Several bots may live in one process. Nothing a plugin or a command throws escapes.
///
/// Thread safety: `stop` and `view` from any thread; everything else from one thread, before `run`.
/// Object lifetime: may be destroyed once `run` has completed, or if it was never started.
class bot {
 public:
  explicit bot(boost::asio::any_io_executor executor, bot_options options = bot_options());
  bot(const bot&) = delete;
  bot& operator=(const bot&) = delete;
  ~bot();

  /// Registers a plugin, or all that `mynah_link_plugins` linked: `bot.use(linked_plugins())`.
  /// Throws `registration_error`, also for a plugin compiled against another API version.
  void use(const plugin_info& plugin);
  void use(plugin_list plugins);

  /// Registers things of the program itself. Throws `registration_error`.
  void add(command_ptr added);
  void add(input_type added);
  void add(std::shared_ptr<stream> added);
  void add(store_type added);

  /// Sets a value by full name: "prefix", "irc.server", "irc.libera.server". Checked by `check`.
  void set(std::string name, std::string value);
  /// Masks these texts, too, wherever a secret setting would be: those of inputs that are not
  /// selected, for instance. Before `check`.
  void mask(std::vector<std::string> secrets);
  /// Takes all values at once, e.g. as read from command line and file.
  void set(setting_values values);

  /// The flags of the bot itself and of everything registered, for help and checks.
  [[nodiscard]] std::vector<flag_group> flags() const;
  /// The plugins in use, in order.
  [[nodiscard]] std::vector<const plugin_info*> plugins() const;
  [[nodiscard]] std::vector<std::string> input_types() const;
  [[nodiscard]] std::vector<std::string> store_types() const;
  /// What plugins do instead of running a bot, for a program with a command line.
  [[nodiscard]] const std::vector<subcommand>& subcommands() const;

  /// Everything `run` would refuse before it touches the network: registry, settings, `init` of
  /// every selected input. Throws `settings_error` or `registration_error`. May be called once;
  /// `run` does it if nobody did.
  void check();
  /// The checked settings with their sources, after `check`: the bot's own, then each plugin's and
  /// each input instance's.
  [[nodiscard]] std::vector<settings> resolved() const;

  /// Another store as the settings select it, for a look at the state beside a bot that may be
  /// running in another process; not open. After `check`.
  [[nodiscard]] std::unique_ptr<store> store_for_reading() const;

  /// Runs until `stop`, or until every input has ended. Completes when all inputs are closed and
  /// commands have ended or were abandoned at the bound (`--drain`, default 10 s, and 2 s more).
  ///
  /// Errors: throws what `check` throws; returns the failure of the last input when all inputs
  /// failed for good.
  /// Cancellation: terminal cancellation is a `stop` without draining.
  task<result<void>> run();

  /// Stops reading, lets running commands end (bounded), closes. Repeated: cancels commands now.
  void stop() noexcept;

  /// Whether commands were left behind at the last stop because they ignored cancellation. Their
  /// threads still run; a program that sees this should end by std::_Exit after flushing.
  [[nodiscard]] bool abandoned_commands() const noexcept;

  /// What commands see of the bot; after `check`.
  [[nodiscard]] bot_view& view();
  /// Says something from outside a command; after `check`, from any thread.
  void say(const address& where, reply message);

 private:
  class impl;
  std::shared_ptr<impl> impl_;
};

}  // namespace mynah
