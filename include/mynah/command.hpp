// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <mynah/arguments.hpp>
#include <mynah/error.hpp>
#include <mynah/parameter.hpp>
#include <mynah/reply.hpp>

namespace mynah {

class context;

/// What running a command does to the world outside the chat.
enum class effects : unsigned char {
  none,    ///< looks only: anybody may, unless `--restrict` names it
  changes  ///< changes something: denied to whom no grant names
};

/// How a synchronous command is run.
enum class execution : unsigned char {
  blocking,  ///< on a thread of its own; may wait for files, processes, other servers
  quick      ///< in the pipeline itself; promises to return within microseconds, never to wait
};

/// Everything about a command except its code. Setters return the object, for one expression.
///
///     command_spec("deploy", "Deploys a service")
///         .parameter(parameter::string("service"))
///         .parameter(parameter::choice("env", {"staging", "prod"}).fallback("staging"))
///         .changes()
///
/// Thread safety: a value.
class command_spec {
 public:
  /// The pattern is derived from the name: the line's first word is the name or an alias.
  command_spec(std::string name, std::string description);
  /// `pattern` is RE2 syntax, searched unanchored and case-sensitive, as the author wrote it.
  command_spec(std::string name, std::string pattern, std::string usage, std::string description);

  // Out of line, as they are long and every file with a command would compile them again.
  command_spec(const command_spec&);
  command_spec(command_spec&&) noexcept;
  command_spec& operator=(const command_spec&);
  command_spec& operator=(command_spec&&) noexcept;
  ~command_spec();

  /// Another first word for the same command; only for a derived pattern.
  command_spec& alias(std::string word);
  command_spec& parameter(mynah::parameter declared);
  command_spec& changes();
  /// Running it twice does the same as running it once: when the bot ends while it runs, the next
  /// start runs it again, where others are told that the outcome is unknown. For what `changes`.
  command_spec& idempotent();
  /// Denied to whom no grant names, although it changes nothing: what it shows is not for
  /// everybody.
  command_spec& restricted();
  /// What grants must name instead of the command's name.
  command_spec& permission(std::string required);
  /// Time for one run; instead of `--command-deadline`.
  command_spec& deadline(std::chrono::milliseconds limit);
  /// Runs at one time, over all rooms; instead of `--max-jobs-per-command`.
  command_spec& at_once(std::size_t limit);
  /// Lower runs first among patterns that match; registration order decides between equals.
  command_spec& priority(int order);
  command_spec& quick();
  /// Not listed by help.
  command_spec& hidden();

  /// The usage line: as given, or made of the name and the declared parameters.
  [[nodiscard]] std::string usage_line() const;
  /// What `help <name>` and `<name> --help` show: usage, description, parameters with their types
  /// and defaults.
  [[nodiscard]] std::string help_text() const;

  std::string name;
  std::string pattern;  ///< empty: derived from name and aliases
  std::string usage;    ///< empty: made of the parameters
  std::string description;
  std::string required_permission;  ///< what grants must name
  std::vector<std::string> aliases;
  std::vector<mynah::parameter> parameters;
  std::chrono::milliseconds run_deadline{0};  ///< zero: the bot's default
  std::size_t max_at_once = 0;                ///< zero: the bot's default
  int order = 0;
  mynah::effects effect = mynah::effects::none;
  mynah::execution how = mynah::execution::blocking;
  bool is_hidden = false;
  bool is_idempotent = false;
  bool is_restricted = false;
};

/// Something people can say. Implement this for a synchronous command, `async_command` for a
/// coroutine, or use `make_command`.
class command {
 public:
  explicit command(command_spec spec);
  command(const command&) = delete;
  command& operator=(const command&) = delete;
  virtual ~command();

  [[nodiscard]] const command_spec& spec() const noexcept { return spec_; }

  /// Runs the command and returns its (last) reply; an empty one is not sent. Called on a thread of
  /// the blocking pool, several at once, unless the spec says `quick`.
  ///
  /// Errors: throw `command_error` or `usage_error` for what the asker should read; anything else
  /// reaches the asker as an id only.
  virtual reply run(context& ctx) = 0;

 private:
  command_spec spec_;
};

using command_ptr = std::shared_ptr<command>;

namespace detail {
/// The arguments of a context, without its header.
const arguments& arguments_of(const context& ctx) noexcept;

template <class Function>
class function_command final : public command {
 public:
  function_command(command_spec spec, Function function)
      : command(std::move(spec)), function_(std::move(function)) {}

  reply run(context& ctx) override {
    if constexpr (std::is_invocable_v<Function&, context&>) {
      return call(ctx);
    } else {
      return call(arguments_of(ctx));
    }
  }

 private:
  template <class Argument>
  reply call(Argument& argument) {
    if constexpr (std::is_void_v<std::invoke_result_t<Function&, Argument&>>) {
      function_(argument);
      return {};
    } else {
      return function_(argument);
    }
  }

  Function function_;
};

template <class Function, class Argument>
concept answers = std::is_invocable_v<Function&, Argument&> &&
                  (std::is_void_v<std::invoke_result_t<Function&, Argument&>> ||
                   std::is_convertible_v<std::invoke_result_t<Function&, Argument&>, reply>);
}  // namespace detail

/// A command from a function `const arguments& -> text or reply`, or `context& -> text or reply`
/// (or void, after `ctx.reply`). For coroutines include <mynah/async_command.hpp>.
template <class Function>
  requires detail::answers<Function, const arguments> || detail::answers<Function, context>
[[nodiscard]] command_ptr make_command(command_spec spec, Function function) {
  return std::make_shared<detail::function_command<Function>>(std::move(spec), std::move(function));
}

/// The ten-line form: name, RE2 pattern, usage line, description, function.
template <class Function>
  requires detail::answers<Function, const arguments> || detail::answers<Function, context>
[[nodiscard]] command_ptr make_command(std::string name, std::string pattern, std::string usage,
                                       std::string description, Function function) {
  return make_command(
      command_spec(std::move(name), std::move(pattern), std::move(usage), std::move(description)),
      std::move(function));
}

}  // namespace mynah
