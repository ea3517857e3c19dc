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

namespace mynah_test {

/// A bot with the IRC input on a thread of its own, stopped with the object.
class running_bot {
 public:
  using settings = std::map<std::string, std::string>;

  /// `irc` are settings without their `irc.`; TLS and pace are off unless given. `own` are the
  /// bot's.
  running_bot(const settings& irc, const std::vector<mynah::command_ptr>& commands = {},
              const settings& own = {});
  running_bot(const running_bot&) = delete;
  running_bot& operator=(const running_bot&) = delete;
  ~running_bot();

  void stop();

  /// Waits for a log line that holds `part`. Throws, with all lines, if none comes.
  void wait_for_log(std::string_view part);
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
