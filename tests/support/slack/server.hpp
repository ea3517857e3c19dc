// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "certificates.hpp"
#include "delivery.hpp"
#include "emulator.hpp"
#include "events.hpp"
#include "faults.hpp"
#include "http_delivery.hpp"
#include "http_message.hpp"
#include "interactions.hpp"
#include "rate_limits.hpp"
#include "socket_mode.hpp"
#include "timeline.hpp"
#include "web_api.hpp"
#include "world.hpp"

namespace mynah_test::slack {

class http_connection;

/// The emulator's inside: everything of it, on one thread.
class server {
 public:
  explicit server(options how);
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] const std::string& ca_file() const noexcept { return authority_.file(); }
  [[nodiscard]] boost::asio::ssl::context& tls() noexcept { return tls_; }
  [[nodiscard]] boost::asio::io_context& context() noexcept { return context_; }
  [[nodiscard]] bool on_thread() const noexcept {
    return std::this_thread::get_id() == thread_.get_id();
  }

  // Everything from here on belongs to the thread.
  http_reply handle(const http_request& request);
  void forget(http_connection& connection);
  void close_idle();
  void accept(bool on);
  /// Something has happened that somebody may wait for.
  void changed();
  void violation(const std::string& rule, const std::string& detail);
  void record(json call);
  /// A ts that no message has.
  std::uint64_t next_ts();

  /// Puts a message into a channel, and tells the apps.
  message_record& store(channel_record& in, message_record message, bool mention_first = false);
  void add_member(channel_record& in, const std::string& user);
  void remove_member(channel_record& in, const std::string& user);

  options how;

 private:
  boost::asio::io_context context_{1};
  certificate_authority authority_;
  boost::asio::ssl::context tls_{boost::asio::ssl::context::tls_server};
  boost::asio::ip::tcp::acceptor acceptor_{context_};
  std::uint16_t port_ = 0;
  std::unordered_map<http_connection*, std::shared_ptr<http_connection>> connections_;
  std::uint64_t last_ts_ = 0;
  bool accepting_ = true;
  bool accept_pending_ = false;

 public:
  timeline time;
  world all;
  faults troubles;
  slack::rate_limits limits;
  deliveries out{*this};
  socket_mode sockets{*this};
  http_delivery http{*this};
  slack::interactions interactions{*this};
  slack::events happened{*this};
  web_api api{*this};
  /// POST /control/<action>.
  std::function<json(const std::string& action, const json& arguments)> control;

  std::deque<json> calls;
  std::unordered_map<std::string, std::size_t> call_counts;
  json violations = json::array();
  json assistant_threads = json::array();
  std::size_t accepted = 0;
  std::size_t close_after = 0;
  bool close_announced = true;

  struct waiter {
    std::function<bool()> condition;
    std::function<void()> done;
  };
  std::list<waiter> waiters;

 private:
  void listen();
  void accept_next();
  http_reply handle_upload(const http_request& request);
  http_reply handle_control(const http_request& request);
  void ask_waiters();

  bool ask_posted_ = false;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace mynah_test::slack
