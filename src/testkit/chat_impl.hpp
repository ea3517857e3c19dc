// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <mynah/plugin.hpp>
#include <mynah/testkit.hpp>
#include <mynah/testkit/faults.hpp>

#include "testkit/memory_input.hpp"
#include "testkit/test_threads.hpp"

namespace mynah::testkit {

class chat::impl {
 public:
  class kept_log {
   public:
    std::mutex mutex;
    std::vector<std::string> lines;
  };

  impl();
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;
  ~impl();

  /// What makes a bot what it is: done now, and again for each that follows a crash.
  void set_up(std::function<void(mynah::bot&)> step);
  void use(const plugin_info& plugin);
  void make_bot();
  /// Starts the process, if there is none and its time has come.
  void start();
  /// Stops in order.
  void end();
  /// Nothing of the old process is left, and nothing of it was told to end.
  void crash();
  void process_gone();
  /// All that can happen without time passing.
  void settle(std::chrono::milliseconds at_most);
  void advance(std::chrono::nanoseconds time, std::chrono::milliseconds at_most);
  void go_wrong(std::uint64_t seed, const testkit::faults& plan);
  void calm();
  [[noreturn]] void fail(const std::string& what) const;

  std::shared_ptr<virtual_clock> clock;
  std::unique_ptr<test_threads> threads;
  std::shared_ptr<memory_network> network;
  std::shared_ptr<kept_log> log = std::make_shared<kept_log>();
  std::vector<attempt> attempts;
  std::vector<std::pair<std::string, std::string>> granted;
  std::vector<std::function<void(mynah::bot&)>> steps;
  /// What survives a crash.
  std::shared_ptr<mynah::store> kept_in;
  bool started = false;
  bool ended = false;
  std::exception_ptr error;
  std::uint64_t next_id = 0;
  std::unique_ptr<boost::asio::io_context> io;
  std::unique_ptr<mynah::bot> bot;

  // With faults.
  std::optional<testkit::faults> plan;
  dice luck{0};
  std::shared_ptr<faulty_store> faulty;
  std::size_t processes = 0;  ///< started so far
  std::size_t crashes = 0;
  bool disk_full = false;
  bool shall_crash = false;
  bool shall_restart = false;
  clock::time_point down_until{};
  std::vector<clock::timer_id> timers;

  // For simulations.
  std::function<command_ptr(command_ptr)> wrap;
  std::function<void()> on_commit;
  std::function<void(std::size_t)> on_process;
  bool keeps_log = true;

 private:
  std::size_t run_some();
  void now_and_then(std::chrono::milliseconds every, std::function<void()> what);

  std::deque<plugin_info> wrapped_;
};

}  // namespace mynah::testkit
