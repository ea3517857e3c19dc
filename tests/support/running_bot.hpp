// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>

#include <mynah/bot.hpp>
#include <mynah/plugin.hpp>
#include <mynah/stream.hpp>

#include "forwarded_clock.hpp"

namespace mynah_test {

/// A bot on a thread of its own, stopped with the object.
class running_bot {
 public:
  using settings = std::map<std::string, std::string>;

  /// With the input of this plugin, which has its name. `input` are its settings, without their
  /// `irc.`; `own` are the bot's. `besides` brings what those name, such as a store.
  running_bot(const mynah::plugin_info& plugin, const settings& input,
              const std::vector<mynah::command_ptr>& commands = {}, const settings& own = {},
              const std::vector<std::shared_ptr<mynah::stream>>& streams = {},
              const std::vector<const mynah::plugin_info*>& besides = {});
  running_bot(const running_bot&) = delete;
  running_bot& operator=(const running_bot&) = delete;
  ~running_bot();

  void stop();

  /// Moves the bot's time on, so that it does now what it would do then.
  void forward(std::chrono::nanoseconds step) { clock_->forward(step); }

  /// Waits for so many log lines that hold `part`. Throws, with all lines, if they do not come.
  void wait_for_log(std::string_view part, std::size_t times = 1);
  /// Whether a log line holds `part`, or does in the next fraction of a second.
  [[nodiscard]] bool logs_soon(std::string_view part);
  /// Waits for `run` to end by itself and gives what it returned.
  mynah::result<void> wait_for_end();
  /// All log lines so far, for checks that something is not among them.
  [[nodiscard]] std::string log() const;

 private:
  void wait(std::string_view what, const std::function<bool()>& holds);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> lines_;
  std::optional<mynah::result<void>> outcome_;
  std::string thrown_;

  boost::asio::io_context io_;
  std::shared_ptr<forwarded_clock> clock_ = std::make_shared<forwarded_clock>(io_.get_executor());
  std::optional<mynah::bot> bot_;
  std::thread thread_;
};

/// `127.0.0.1:<port>`.
[[nodiscard]] std::string local(std::uint16_t port);

/// A command `!ping` that answers `pong`.
[[nodiscard]] mynah::command_ptr ping();

/// A command whose answer is always this.
[[nodiscard]] mynah::command_ptr saying(std::string name, mynah::reply answer);

}  // namespace mynah_test
