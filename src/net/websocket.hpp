// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "net/stream.hpp"
#include "net/tls.hpp"
#include "net/web_url.hpp"

namespace mynah::net {

/// A whole message, put together if it came in pieces. From the peer: untrusted.
class websocket_message {
 public:
  explicit websocket_message(std::string bytes = {}, bool is_text = true)
      : bytes(std::move(bytes)), is_text(is_text) {}

  std::string bytes;
  bool is_text;  ///< then the bytes are valid UTF-8; else binary
};

/// How the peer ended the connection.
class websocket_close {
 public:
  explicit websocket_close(std::uint16_t code, std::string reason = {})
      : code(code), reason(std::move(reason)) {}

  std::uint16_t code;  ///< RFC 6455, section 7.4; 1005: it gave none
  std::string reason;  ///< from the peer, `sanitised`: untrusted
};

/// How patient to be with a server, and how much to take from it.
class websocket_limits {
 public:
  websocket_limits() {}

  std::chrono::milliseconds connect = std::chrono::seconds(10);   ///< each step, TLS the last
  std::chrono::milliseconds upgrade = std::chrono::seconds(10);   ///< of HTTP to WebSocket
  std::uint64_t message_bytes = std::uint64_t{16} * 1024 * 1024;  ///< of a message that comes
  std::size_t queued_bytes =
      std::size_t{4} * 1024 * 1024;  ///< that wait to be written; more: errc::overflow
};

/// The client's end of a WebSocket connection (RFC 6455) over TLS, without extensions: Beast's.
///
/// It reads ahead of `read`, but not far: 64 messages or 256 KiB wait at most, then reading stops
/// until they are taken. As long as it reads it answers pings. What is written waits in a queue for
/// what is being written; all that waits goes out together, a message one frame always.
///
/// Executor and thread safety: all members on the executor of the coroutine that connected, a
/// strand or a context that one thread runs. One `read`, and any number of `write_text` may be
/// outstanding at the same time. Object lifetime: destroying it closes the socket at once;
/// operations that are outstanding then end with errc::closed.
class websocket {
 public:
  class impl;

  explicit websocket(std::shared_ptr<impl> opened) noexcept;
  websocket(websocket&&) noexcept;
  websocket& operator=(websocket&&) noexcept;
  ~websocket();

  /// The next message.
  ///
  /// Errors: errc::closed when the connection has ended, with the peer's reason as `remote` if it
  /// gave one; errc::protocol if what came is no WebSocket, text that is no UTF-8 included;
  /// errc::overflow if the message is too big; the system's. Each of them ends the reading: it is
  /// given again from then on.
  /// Cancellation: terminal, throws boost::system::system_error(operation_aborted); nothing that
  /// arrived is lost.
  [[nodiscard]] task<result<websocket_message>> read();

  /// The next message if it has been received already, as those behind the one of the last `read`
  /// often are: what came together is there together. Never waits and never asks the system.
  /// Nothing also where `read` would give an error. Not while a `read` is outstanding.
  [[nodiscard]] std::optional<websocket_message> read_now();

  /// Sends a text message, which must be UTF-8, as one frame. Completes when the system has it.
  ///
  /// Errors: errc::overflow if too much waits already, it is then not sent; errc::closed after
  /// `close` and `abort`, or when the connection has ended; the system's.
  /// Cancellation: terminal, throws; what has been queued is still sent.
  [[nodiscard]] task<result<void>> write_text(std::string_view text);

  /// The same without waiting until the system has it. Several in a row go out together.
  [[nodiscard]] result<void> post_text(std::string_view text);

  /// Asks for a sign of life, without waiting for it: `last_received` moves on with the answer.
  void ping();

  /// When anything came last, a part of a message and an answer to `ping` included; at first, when
  /// it was connected. Stands still while too much waits for `read`.
  [[nodiscard]] mynah::clock::time_point last_received() const noexcept;

  /// How the peer closed, once it has.
  [[nodiscard]] const std::optional<websocket_close>& closed_with() const noexcept;

  /// Ends the connection: sends what waits, then says so with `code`, waits for the peer to say it,
  /// too, for at most `limit` altogether, and closes the socket, whatever the peer does with its
  /// end. Messages that have not been read by now, and those that still come, are dropped: nothing
  /// can be sent from now on that would answer them. May be repeated.
  ///
  /// Cancellation: terminal, throws; the socket is then closed.
  [[nodiscard]] task<void> close(std::uint16_t code, mynah::clock::duration limit);

  /// Ends the connection at once.
  void abort();

 private:
  std::shared_ptr<impl> impl_;
};

/// Opens a WebSocket at a `wss` URL: connects, verifies the certificate, and asks for the upgrade,
/// with no extension, no subprotocol and no origin.
///
/// Errors: errc::not_sent if it is no wss URL; those of `net::connect`; errc::timed_out;
/// errc::protocol if the server refuses, the message names the status, and `retry_after` is what
/// the server said. No text has anything of the URL but host and port: its query may be a
/// credential. Cancellation: terminal, throws boost::system::system_error(operation_aborted).
/// Object lifetime: the clock must outlive the websocket and its operations.
[[nodiscard]] task<result<websocket>> connect_websocket(
    mynah::clock& clock, std::string url, tls_context tls,
    websocket_limits limits = websocket_limits());

/// The same over a connection to that server which is open already.
[[nodiscard]] task<result<websocket>> upgrade_to_websocket(
    mynah::clock& clock, stream over, web_url where, websocket_limits limits = websocket_limits());

}  // namespace mynah::net
