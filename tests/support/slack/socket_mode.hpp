// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "delivery.hpp"
#include "frames.hpp"
#include "http_message.hpp"

namespace mynah_test::slack {

class socket_mode;

/// One WebSocket of an app.
class socket_link : public std::enable_shared_from_this<socket_link> {
 public:
  socket_link(socket_mode& owner, app_record& app, std::unique_ptr<tls_stream> stream,
              std::string early);

  void start(const std::string& response);
  void put(opcode kind, std::string_view payload, bool last = true);
  /// Bytes as they are.
  void put_raw(std::string_view bytes);
  /// A text in frames of that size; 0: one.
  void put_text(std::string_view text, std::size_t frame_bytes);
  /// Sends a close frame; the connection stays until the client ends it, or 20 s.
  void close(std::uint16_t code, std::string_view reason);
  void cut(bool reset);
  /// After silence.
  void resume();

  app_record* app;
  bool greeted = false;
  /// Envelopes may go out on it.
  bool usable = false;
  bool closing = false;
  /// The client has gone without a word, and Slack has not noticed.
  bool dead = false;
  timeline::timer_id warning_timer = 0;
  timeline::timer_id end_timer = 0;

 private:
  void read();
  void take();
  void flush();
  void begin_closing();
  /// The connection has broken.
  void broken();
  void gone();

  socket_mode& owner_;
  std::unique_ptr<tls_stream> stream_;
  std::string in_;
  std::array<char, 65536> chunk_{};
  frame_reader frames_;
  std::string message_;
  opcode message_kind_ = opcode::continuation;
  std::size_t message_frames_ = 0;
  std::string out_;
  std::string going_;
  bool writing_ = false;
  bool flush_posted_ = false;
  bool reading_ = false;
  bool gone_ = false;
};

/// Socket Mode: tickets, connections, envelopes and their acknowledgements. Belongs to the
/// emulator's thread.
class socket_mode {
 public:
  explicit socket_mode(server& owner) : owner_(owner) {}

  /// A URL for one connection.
  std::string open(app_record& app);
  /// The answer to a request for /link/.
  http_reply upgrade(const http_request& request);
  void send(delivery what);

  void disconnect(const std::string& reason, int which);
  void drop(int which, bool reset);
  void close(std::uint16_t code, const std::string& reason, int which);
  void ping(const std::string& payload, int which);
  void put_text(const std::string& text, std::size_t frame_bytes, int which, bool ping_between);
  void put_binary(const std::string& bytes, int which);
  void put_raw(const std::string& bytes, int which);
  void fall_silent(bool on);
  void withhold_hello(bool on);
  void start_pings();
  /// Of connections that got their hello and are not being closed.
  [[nodiscard]] std::size_t connections() const;
  /// No connection of the app gets anything any more.
  void app_off(app_record& app, const std::string& reason);
  /// Ends all connections, for good.
  void shut();

  bool silent = false;
  std::size_t frame_bytes = 0;
  std::size_t copies = 1;
  bool keep_envelope_id = false;
  int refuse_status = 0;
  int refuse_times = 0;

 private:
  friend class socket_link;

  struct ticket {
    app_record* app = nullptr;
    timeline::time_point made;
  };
  struct pending {
    delivery what;
    socket_link* link = nullptr;
    std::size_t copies = 1;
  };

  void greet(socket_link& link);
  void received(socket_link& from, std::string_view text, opcode kind, std::size_t frames);
  void lost(socket_link& link);
  void expire();
  void arm();
  void finished(const std::string& envelope_id);
  void violation(const std::string& rule, const std::string& detail);
  template <class F>
  void each(int which, F action);

  server& owner_;
  std::unordered_map<std::string, ticket> tickets_;
  std::vector<std::shared_ptr<socket_link>> links_;
  std::unordered_map<std::string, pending> pending_;
  std::deque<std::pair<timeline::time_point, std::string>> deadlines_;
  bool armed_ = false;
  bool withhold_ = false;
  std::uint64_t turn_ = 0;
  /// Envelopes that were settled lately, to tell what a stray acknowledgement is.
  std::unordered_map<std::string, bool> settled_;
  std::deque<std::string> settled_ids_;
};

}  // namespace mynah_test::slack
