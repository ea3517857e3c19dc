// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include <mynah/command.hpp>
#include <mynah/context.hpp>
#include <mynah/question.hpp>
#include <mynah/task.hpp>

namespace mynah {

/// A context that can be waited on.
class async_context final : public context {
 public:
  using context::context;

  /// Asks the one who gave the command, and waits for that principal's next message in the same
  /// room or thread. A choice may be answered by number or text; `cancel` (setting `--cancel-word`)
  /// ends it. The command's own deadline stands still while the question is open; a question to
  /// somebody who already has one open waits its turn.
  ///
  /// Errors: throws `unanswered_error` when time passes, the asked cancels, or no answer is
  /// acceptable; boost::system::system_error(operation_aborted) when the command is cancelled.
  task<std::string> ask(mynah::reply question, ask_options options = ask_options());

  /// Waits on the bot's clock. Throws boost::system::system_error(operation_aborted) when the
  /// command is cancelled.
  task<void> sleep(std::chrono::nanoseconds time);
};

/// A command that is a coroutine. It runs on the bot's executor and must never block there; it is
/// cancelled (terminal cancellation) when its deadline passes, by `cancel <id>`, or at stop.
class async_command : public command {
 public:
  using command::command;

  virtual task<mynah::reply> run_async(async_context& ctx) = 0;

  /// Never called: coroutines are started with `run_async`.
  mynah::reply run(context& ctx) final;
};

namespace detail {
// Coroutines of the library, so that not every file with a command compiles its own.
task<mynah::reply> as_reply(task<std::string> answer);
task<mynah::reply> as_reply(task<void> answered);

template <class Function>
class coroutine_command final : public async_command {
 public:
  coroutine_command(command_spec spec, Function function)
      : async_command(std::move(spec)), function_(std::move(function)) {}

  task<mynah::reply> run_async(async_context& ctx) override {
    using returned = typename std::invoke_result_t<Function&, async_context&>::value_type;
    static_assert(std::is_void_v<returned> || std::is_same_v<returned, std::string> ||
                      std::is_same_v<returned, mynah::reply>,
                  "a coroutine command is a task of mynah::reply, std::string or void");
    if constexpr (std::is_same_v<returned, mynah::reply>) {
      return function_(ctx);
    } else {
      return as_reply(function_(ctx));
    }
  }

 private:
  Function function_;
};

template <class Type>
inline constexpr bool is_task = false;
template <class Value>
inline constexpr bool is_task<task<Value>> = true;

template <class Function>
concept is_coroutine = std::is_invocable_v<Function&, async_context&> &&
                       is_task<std::invoke_result_t<Function&, async_context&>>;
}  // namespace detail

/// A command from a coroutine `async_context& -> task<reply>`, `task<std::string>` or `task<>`. The
/// function object lives as long as the command, so a lambda's captures are safe across `co_await`.
template <class Function>
  requires detail::is_coroutine<Function>
[[nodiscard]] command_ptr make_command(command_spec spec, Function function) {
  return std::make_shared<detail::coroutine_command<Function>>(std::move(spec),
                                                               std::move(function));
}

/// The ten-line form of the same.
template <class Function>
  requires detail::is_coroutine<Function>
[[nodiscard]] command_ptr make_command(std::string name, std::string pattern, std::string usage,
                                       std::string description, Function function) {
  return make_command(
      command_spec(std::move(name), std::move(pattern), std::move(usage), std::move(description)),
      std::move(function));
}

}  // namespace mynah
