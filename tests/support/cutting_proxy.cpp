// SPDX-License-Identifier: Apache-2.0
#include "cutting_proxy.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace mynah_test {

namespace {

// Whatever was not read yet is lost with it.
void break_off(int socket) {
  const linger at_once{1, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  ::close(socket);
}

// What comes goes on at once, as on a line without anybody in between.
void without_delay(int socket) {
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

cutting_proxy::cutting_proxy(std::uint16_t to) : to_(to) {
  if (::pipe2(wake_, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error("no pipe");
  thread_ = std::thread([this] { run(); });
}

cutting_proxy::~cutting_proxy() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  wake();
  thread_.join();
  for (const int each : wake_) ::close(each);
}

void cutting_proxy::cut() {
  std::unique_lock lock(mutex_);
  cut_now_ = true;
  wake();
  changed_.wait(lock, [this] { return !cut_now_; });
}

void cutting_proxy::cut_to_client_after(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  to_client_left_ = bytes;
}

void cutting_proxy::cut_to_server_after(std::size_t bytes) {
  const std::lock_guard lock(mutex_);
  to_server_left_ = bytes;
}

void cutting_proxy::hold(bool on) {
  {
    const std::lock_guard lock(mutex_);
    held_ = on;
  }
  wake();
}

std::size_t cutting_proxy::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

std::size_t cutting_proxy::cuts() const {
  const std::lock_guard lock(mutex_);
  return cuts_;
}

void cutting_proxy::wake() {
  static_cast<void>(!::write(wake_[1], "x", 1));
}

void cutting_proxy::run() {
  for (;;) {
    std::vector<pollfd> waiting = {{wake_[0], POLLIN, 0}, {listening_.descriptor(), POLLIN, 0}};
    {
      const std::lock_guard lock(mutex_);
      if (ended_) {
        break_all();
        return;
      }
      if (cut_now_) {
        break_all();
        cut_now_ = false;
        changed_.notify_all();
      }
      if (!held_) {
        for (const pair& each : pairs_) {
          waiting.push_back({each.client, POLLIN, 0});
          waiting.push_back({each.server, POLLIN, 0});
        }
      }
    }
    ::poll(waiting.data(), waiting.size(), -1);
    std::array<char, 64> woken;
    while (::read(wake_[0], woken.data(), woken.size()) > 0) {
    }
    const std::lock_guard lock(mutex_);
    if (cut_now_ || ended_) continue;
    if (waiting[1].revents != 0) accept_one();
    for (std::size_t i = 2; i < waiting.size(); ++i) {
      if (waiting[i].revents == 0) continue;
      const auto of = std::find_if(pairs_.begin(), pairs_.end(), [&](const pair& each) {
        return each.client == waiting[i].fd || each.server == waiting[i].fd;
      });
      // Ended by its other end already.
      if (of == pairs_.end()) continue;
      const bool to_server = of->client == waiting[i].fd;
      const bool goes_on = to_server ? pass(of->client, of->server, to_server_left_)
                                     : pass(of->server, of->client, to_client_left_);
      if (to_client_left_ == 0 || to_server_left_ == 0) {
        break_all();
        break;
      }
      if (goes_on) continue;
      ::close(of->client);
      ::close(of->server);
      pairs_.erase(of);
    }
  }
}

void cutting_proxy::accept_one() {
  const int client = listening_.accepted(std::chrono::seconds(1));
  ++connections_;
  try {
    pairs_.push_back({client, connected_socket(to_)});
    without_delay(pairs_.back().client);
    without_delay(pairs_.back().server);
  } catch (const std::runtime_error&) {
    ::close(client);
  }
}

bool cutting_proxy::pass(int from, int to, std::size_t& left) {
  std::array<char, 16384> bytes;
  const ssize_t got = ::recv(from, bytes.data(), bytes.size(), 0);
  if (got <= 0) return false;
  const std::size_t size = std::min(static_cast<std::size_t>(got), left);
  std::size_t sent = 0;
  while (sent < size) {
    const ssize_t more = ::send(to, bytes.data() + sent, size - sent, MSG_NOSIGNAL);
    if (more <= 0) return false;
    sent += static_cast<std::size_t>(more);
  }
  if (left != no_limit) left -= size;
  return true;
}

void cutting_proxy::break_all() {
  // After a cut that was asked for by bytes, what was passed on is to arrive.
  const bool at_once = cut_now_ || ended_;
  for (const pair& each : pairs_) {
    if (at_once) {
      break_off(each.client);
      break_off(each.server);
    } else {
      ::close(each.client);
      ::close(each.server);
    }
  }
  if (!pairs_.empty()) ++cuts_;
  pairs_.clear();
  to_client_left_ = no_limit;
  to_server_left_ = no_limit;
}

}  // namespace mynah_test
