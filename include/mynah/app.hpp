// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include <mynah/bot.hpp>
#include <mynah/log.hpp>
#include <mynah/plugin.hpp>

namespace mynah {

/// How log lines are written.
enum class log_format : unsigned char {
  text,  ///< `2026-01-31T12:00:00.000Z info bot: message key=value`
  json   ///< one object a line: time, level, component, message, and the fields
};

/// A log record as one line without its end, with the time of the call in UTC. Control characters
/// are escaped: what users typed forges no line.
[[nodiscard]] std::string log_line(const log_record& record, log_format format);

/// Everything around a bot that is a program: command line, environment, settings file, signals,
/// exit code.
///
///     int main(int argc, char** argv) {
///       mynah::app app("my-bot", "1.0");
///       app.add(mynah::make_command("ping", "^ping$", "ping", "Answers pong",
///                                   [](const mynah::arguments&) { return "pong"; }));
///       return app.run(argc, argv, mynah::linked_plugins());
///     }
///
/// Each setting comes from the command line, else the environment, else the file, else its default;
/// `--help` lists them all, `--print-config` shows where each came from.
///
/// Thread safety: one thread. Object lifetime: `run` may be called once.
class app {
 public:
  app(std::string name, std::string version);
  app(const app&) = delete;
  app& operator=(const app&) = delete;
  ~app();

  /// What the program itself brings. Registered by `run`, after the plugins.
  app& add(command_ptr added);
  app& add(input_type added);
  app& add(std::shared_ptr<stream> added);
  /// A plugin besides those given to `run`.
  app& use(const plugin_info& plugin);

  /// The inputs when nobody selects any, as `--inputs` takes them. Default: `console` if that is
  /// linked. Empty: somebody must select.
  app& default_inputs(std::string names);

  /// Replaces the program's log sink. Called once, when the format is known. Default: `log_line` on
  /// standard error.
  app& log_through(std::function<log_sink(log_format)> make_sink);
  /// Called with the bot when its settings have been accepted, before it runs.
  app& on_start(std::function<void(bot&)> action);
  /// Called when the bot has ended, before the program does: to flush logs.
  app& on_exit(std::function<void()> action);

  /// Runs the program and returns its exit code: 0 clean stop, 1 failure, 2 the configuration is
  /// wrong (starting again is pointless until somebody changes it). Errors are one line on standard
  /// error. SIGTERM and SIGINT stop the bot, the second one at once.
  ///
  /// Does not return when commands were left behind that ignore cancellation: it flushes and ends
  /// the process.
  [[nodiscard]] int run(int argc, const char* const* argv, plugin_list plugins = {}) noexcept;

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace mynah
