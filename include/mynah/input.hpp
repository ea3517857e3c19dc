// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include <mynah/clock.hpp>
#include <mynah/conn.hpp>
#include <mynah/error_code.hpp>
#include <mynah/flag.hpp>
#include <mynah/log.hpp>
#include <mynah/network.hpp>
#include <mynah/settings.hpp>
#include <mynah/task.hpp>

namespace mynah {

class bot_view;
class store;

/// What an input is given when it is made.
class input_environment {
 public:
  input_environment(std::string name, boost::asio::any_io_executor executor,
                    std::shared_ptr<mynah::clock> clock, logger log, bot_view& bot,
                    std::shared_ptr<mynah::store> store = nullptr)
      : name(std::move(name)),
        executor(std::move(executor)),
        clock(std::move(clock)),
        log(std::move(log)),
        bot(bot),
        store(std::move(store)) {}

  std::string name;                       ///< instance name: `irc`, `irc:libera`
  boost::asio::any_io_executor executor;  ///< the bot's strand; make sockets and timers on it
  std::shared_ptr<mynah::clock> clock;
  logger log;
  bot_view& bot;  ///< lives longer than the input
  /// What the bot keeps, open from `start` on: for what an input must know again after a restart.
  /// An input uses values only, in a space that begins with its plugin's name ("irc.sts"), and
  /// `submit`, as the strand must not block. Inputs of one plugin share it.
  std::shared_ptr<mynah::store> store;
};

/// A way to reach a network. The bot calls, in this order and on its strand:
///
///   init -> start -> stream (a fresh Conn, again after each loss) ... -> stop
class input {
 public:
  input() = default;
  input(const input&) = delete;
  input& operator=(const input&) = delete;
  virtual ~input() = default;

  /// Takes and checks settings, without touching the network. Throws `settings_error`.
  virtual void init(const settings& values) = 0;

  /// Logs in, or checks that it can. A permanent failure means this input never runs; another is
  /// tried again by the bot with backoff.
  virtual task<result<void>> start() = 0;

  /// Opens a fresh connection; the one that `start` logged in may be the first.
  virtual task<result<std::unique_ptr<conn>>> stream() = 0;

  /// Releases what `start` took. Bounded by the caller.
  virtual task<void> stop() = 0;

  /// What the network can do beyond hearing and saying, for `bot_view::network`; null if nothing.
  /// Called once, after `init`.
  [[nodiscard]] virtual std::shared_ptr<mynah::network> network() { return nullptr; }

  /// The input's end is the bot's end: true for a console or a script, whose last line was read.
  [[nodiscard]] virtual bool ends_bot() const noexcept { return false; }
};

/// A kind of input: what a plugin registers, and `--inputs=<name>` or `--inputs=<name>:<instance>`
/// makes one of.
class input_type {
 public:
  using factory = std::function<std::unique_ptr<input>(const input_environment&)>;

  input_type(std::string name, std::string summary, std::vector<flag> flags, factory make)
      : name(std::move(name)),
        summary(std::move(summary)),
        flags(std::move(flags)),
        make(std::move(make)) {}

  std::string name;     ///< `irc`; letters, digits and `-`
  std::string summary;  ///< one line for help
  std::vector<flag> flags;
  factory make;
};

}  // namespace mynah
