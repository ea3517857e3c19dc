// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "loopback.hpp"

namespace mynah_test {

/// A bad line: stands between a client and a server on 127.0.0.1, passes bytes on, and breaks the
/// connections when it is told to. It has a thread of its own.
///
/// Thread safety: all members may be called from any thread.
class cutting_proxy {
 public:
  /// Passes on to this port.
  explicit cutting_proxy(std::uint16_t to);
  cutting_proxy(const cutting_proxy&) = delete;
  cutting_proxy& operator=(const cutting_proxy&) = delete;
  ~cutting_proxy();

  [[nodiscard]] std::uint16_t port() const noexcept { return listening_.port(); }

  /// Breaks all connections at once; what is on its way is lost.
  void cut();
  /// Passes on so many more bytes to the client (to the server), then breaks all connections: amid
  /// a stanza, if there are fewer than one has.
  void cut_to_client_after(std::size_t bytes);
  void cut_to_server_after(std::size_t bytes);
  /// Passes on nothing, both ways, and does not say so; until it is told to go on.
  void hold(bool on);

  /// Connections so far.
  [[nodiscard]] std::size_t connections() const;
  /// Times that connections were broken.
  [[nodiscard]] std::size_t cuts() const;

 private:
  static constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

  class pair {
   public:
    int client;
    int server;
  };

  void run();
  void wake();
  void accept_one();
  /// False if the connection has ended.
  bool pass(int from, int to, std::size_t& left);
  void break_all();

  listening_socket listening_;
  std::uint16_t to_;
  int wake_[2];
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t to_client_left_ = no_limit;
  std::size_t to_server_left_ = no_limit;
  bool cut_now_ = false;
  bool held_ = false;
  bool ended_ = false;
  std::size_t connections_ = 0;
  std::size_t cuts_ = 0;
  std::list<pair> pairs_;  // the thread's
  std::thread thread_;
};

}  // namespace mynah_test
