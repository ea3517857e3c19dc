// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <mynah/error_code.hpp>

#include "net/websocket.hpp"

namespace mynah::net {

/// RFC 6455, section 5.2.
enum class websocket_opcode : unsigned char {
  continuation = 0,
  text = 1,
  binary = 2,
  close = 8,
  ping = 9,
  pong = 10,
};

/// A client hides what it sends with a key of its own for each frame; it must be unpredictable.
using websocket_key = std::array<unsigned char, 4>;

/// Appends a frame of a client, a whole message. That of a control frame has at most 125 bytes.
void append_frame(std::string& to, websocket_opcode what, std::string_view payload,
                  const websocket_key& key);

/// What a close frame says.
[[nodiscard]] std::string close_payload(std::uint16_t code);

/// Reads the frames of a server, as they come, and puts messages together. Does no I/O.
///
/// Beast's stream is not used, as it can neither send several frames with one write nor give what
/// has come already without asking the system; it is the other side in the tests.
class websocket_reader {
 public:
  enum class step : unsigned char {
    more,     ///< all bytes are used, and nothing is complete
    message,  ///< `take_message`
    ping,     ///< `control`
    pong,     ///< `control`
    close,    ///< `closed`
    broken,   ///< `error`; from now on always
  };

  /// A message of more bytes than that breaks the connection.
  explicit websocket_reader(std::uint64_t message_bytes) : limit_(message_bytes) {}

  /// Takes bytes from the beginning of `bytes`, up to the end of the next thing.
  [[nodiscard]] step next(std::string_view& bytes);

  [[nodiscard]] websocket_message take_message();
  /// What a ping or pong carries; until `next` is called.
  [[nodiscard]] const std::string& control() const noexcept { return control_; }
  [[nodiscard]] websocket_close closed() const;
  /// errc::protocol or errc::overflow; the message says what is wrong.
  [[nodiscard]] const failure& error() const noexcept { return error_; }
  /// What the peer is to be told after an error: 1002, 1007 or 1009.
  [[nodiscard]] std::uint16_t error_close_code() const noexcept { return error_close_code_; }

 private:
  [[nodiscard]] bool read_header(std::string_view& bytes);
  [[nodiscard]] bool begin_frame();
  [[nodiscard]] step end_frame();
  [[nodiscard]] step check_close();
  step refuse(errc code, std::uint16_t close_code, const char* why);
  [[nodiscard]] bool is_control() const noexcept { return (header_[0] & 0x08U) != 0; }

  std::uint64_t limit_;
  std::array<unsigned char, 10> header_{};
  std::size_t header_size_ = 0;  // of what has come of it
  bool in_payload_ = false;
  std::uint64_t left_ = 0;  // of the payload
  std::string message_;
  bool in_message_ = false;  // between its first frame and its last
  bool is_text_ = true;
  std::string control_;
  bool broken_ = false;
  failure error_;
  std::uint16_t error_close_code_ = 0;
};

}  // namespace mynah::net
