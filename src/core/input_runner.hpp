// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <mynah/input.hpp>

#include "core/pipeline.hpp"
#include "net/backoff.hpp"
#include "net/condition.hpp"

namespace mynah::core {

/// Keeps one input alive: starts it, opens connections, reads events, reconnects with growing
/// delays, and closes in order at the end.
///
/// Executor and thread safety: on the bot's strand only.
class input_runner : public std::enable_shared_from_this<input_runner> {
 public:
  input_runner(std::string name, std::unique_ptr<mynah::input> input,
               std::shared_ptr<pipeline> home, std::shared_ptr<clock> clock, logger log,
               std::uint64_t seed);

  /// Runs until `stop_reading`, a permanent failure, or the end of an input that ends; calls
  /// `ended` as the last thing.
  void start(std::function<void()> on_end_of_input, std::function<void()> ended);

  /// Reads no more; answers still go out. Then waits for `release`.
  void stop_reading();
  /// Commands have ended: send what waits (bounded), close, end.
  void release();

  [[nodiscard]] bool has_ended() const noexcept { return ended_; }
  /// Why it ended, if it failed for good.
  [[nodiscard]] const std::optional<failure>& failed() const noexcept { return failed_; }

 private:
  task<void> run();
  task<void> connect_and_read();
  task<std::optional<failure>> read(conn& connection);
  void read_what_is_here(conn& connection);
  task<void> drop();
  task<void> finish();
  task<void> wait_before_retry(const failure& why);

  std::string name_;
  std::unique_ptr<mynah::input> input_;
  std::unique_ptr<conn> connection_;
  std::shared_ptr<live_connection> live_;  ///< the same, for those who may outlive it
  std::shared_ptr<pipeline> home_;
  std::shared_ptr<clock> clock_;
  logger log_;
  net::backoff delays_;
  boost::asio::cancellation_signal cancel_;
  net::condition changed_;
  bool stopping_ = false;
  bool released_ = false;
  bool ended_ = false;
  std::optional<failure> failed_;
  std::function<void()> on_end_of_input_;
};

}  // namespace mynah::core
