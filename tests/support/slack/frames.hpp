// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mynah_test::slack {

enum class opcode : std::uint8_t {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10
};

/// One frame of a WebSocket (RFC 6455), by hand: because how a client has cut its messages into
/// frames matters at Slack, and libraries hide it.
struct frame {
  bool last = true;
  opcode kind = opcode::text;
  std::string payload;
};

/// Takes frames off the front of what a client has sent.
class frame_reader {
 public:
  /// The next frame that is complete; nothing if more bytes are needed or `error()` is set.
  std::optional<frame> next(std::string& from);
  /// What the client did wrong; empty if nothing.
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  std::string error_;
  /// Of the caller's buffer, used up already.
  std::size_t taken_ = 0;

 public:
  /// Removes what `next` has used up from the buffer; to be called when it gave nothing.
  void discard(std::string& from);
};

/// Appends a server's frame.
void put_frame(std::string& to, opcode kind, std::string_view payload, bool last = true);
/// A close frame's payload.
[[nodiscard]] std::string close_payload(std::uint16_t code, std::string_view reason);
/// Sec-WebSocket-Accept for a key.
[[nodiscard]] std::string accept_value(std::string_view key);

}  // namespace mynah_test::slack
