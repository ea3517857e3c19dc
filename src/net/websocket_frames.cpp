// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_frames.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

namespace mynah::net {

namespace {

constexpr unsigned final_bit = 0x80;
constexpr unsigned reserved_bits = 0x70;
constexpr unsigned mask_bit = 0x80;
constexpr unsigned short_length = 126;  // the length follows in two bytes
constexpr unsigned long_length = 127;   // in eight
constexpr std::size_t most_of_control = 125;
// As much is set aside for a message whose length is only promised.
constexpr std::uint64_t most_reserved = std::uint64_t{64} * 1024;

constexpr std::uint16_t protocol_error = 1002;
constexpr std::uint16_t no_code = 1005;
constexpr std::uint16_t not_utf8 = 1007;
constexpr std::uint16_t too_big = 1009;

// Codes that may stand in a frame (RFC 6455, section 7.4, and IANA's registry since).
bool is_close_code(unsigned code) noexcept {
  if (code >= 1000 && code <= 1014) return code != 1004 && code != no_code && code != 1006;
  return code >= 3000 && code <= 4999;
}

void append_number(std::string& to, std::uint64_t number, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    to += static_cast<char>((number >> static_cast<unsigned>(shift)) & 0xFFU);
  }
}

void apply(const websocket_key& key, char* data, std::size_t size) noexcept {
  std::uint64_t twice = 0;
  std::memcpy(&twice, key.data(), key.size());
  std::memcpy(reinterpret_cast<char*>(&twice) + key.size(), key.data(), key.size());
  std::size_t at = 0;
  for (; size - at >= sizeof twice; at += sizeof twice) {
    std::uint64_t block = 0;
    std::memcpy(&block, data + at, sizeof block);
    block ^= twice;
    std::memcpy(data + at, &block, sizeof block);
  }
  for (; at < size; ++at) {
    data[at] = static_cast<char>(static_cast<unsigned char>(data[at]) ^ key[at % key.size()]);
  }
}

}  // namespace

void append_frame(std::string& to, websocket_opcode what, std::string_view payload,
                  const websocket_key& key) {
  to += static_cast<char>(final_bit | static_cast<unsigned>(what));
  if (payload.size() < short_length) {
    to += static_cast<char>(mask_bit | payload.size());
  } else if (payload.size() <= 0xFFFF) {
    to += static_cast<char>(mask_bit | short_length);
    append_number(to, payload.size(), 2);
  } else {
    to += static_cast<char>(mask_bit | long_length);
    append_number(to, payload.size(), 8);
  }
  for (const unsigned char byte : key) to += static_cast<char>(byte);
  const std::size_t at = to.size();
  to += payload;
  apply(key, to.data() + at, payload.size());
}

std::string close_payload(std::uint16_t code) {
  std::string payload;
  if (code != no_code) append_number(payload, code, 2);
  return payload;
}

websocket_reader::step websocket_reader::next(std::string_view& bytes) {
  while (!broken_) {
    if (!in_payload_) {
      if (!read_header(bytes)) break;
      if (!begin_frame()) break;
    }
    std::string& into = is_control() ? control_ : message_;
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()));
    into.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    left_ -= size;
    if (left_ > 0) break;
    in_payload_ = false;
    header_size_ = 0;
    if (const step ended = end_frame(); ended != step::more) return ended;
  }
  return broken_ ? step::broken : step::more;
}

websocket_message websocket_reader::take_message() {
  return websocket_message(std::exchange(message_, {}), is_text_);
}

websocket_close websocket_reader::closed() const {
  if (control_.size() < 2) return websocket_close(no_code);
  const auto high = static_cast<unsigned char>(control_[0]);
  const auto low = static_cast<unsigned char>(control_[1]);
  return websocket_close(static_cast<std::uint16_t>(high * 256U + low),
                         sanitised(std::string_view(control_).substr(2)));
}

// False while a part is missing.
bool websocket_reader::read_header(std::string_view& bytes) {
  for (;;) {
    std::size_t whole = 2;
    if (header_size_ >= 2) {
      const unsigned length = header_[1] & 0x7FU;
      if (length == short_length) whole += 2;
      if (length == long_length) whole += 8;
      if (header_size_ == whole) return true;
    }
    if (bytes.empty()) return false;
    header_[header_size_++] = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
  }
}

// False if it breaks the protocol.
bool websocket_reader::begin_frame() {
  const unsigned opcode = header_[0] & 0x0FU;
  const bool is_final = (header_[0] & final_bit) != 0;
  if ((header_[0] & reserved_bits) != 0) {
    refuse(errc::protocol, protocol_error, "a frame of an extension that was not agreed on");
    return false;
  }
  if ((header_[1] & mask_bit) != 0) {
    refuse(errc::protocol, protocol_error, "a masked frame of a server");
    return false;
  }
  const unsigned brief = header_[1] & 0x7FU;
  left_ = brief;
  if (brief >= short_length) {
    left_ = 0;
    for (std::size_t i = 2; i < header_size_; ++i) left_ = left_ << 8U | header_[i];
    // There is one way to write each.
    if (left_ < short_length || (brief == long_length && (left_ <= 0xFFFF || left_ >> 63U != 0))) {
      refuse(errc::protocol, protocol_error, "a length that is not written as it should be");
      return false;
    }
  }
  switch (static_cast<websocket_opcode>(opcode)) {
    case websocket_opcode::text:
    case websocket_opcode::binary:
      if (in_message_) {
        refuse(errc::protocol, protocol_error, "a message within another");
        return false;
      }
      is_text_ = static_cast<websocket_opcode>(opcode) == websocket_opcode::text;
      message_.clear();
      in_message_ = true;
      break;
    case websocket_opcode::continuation:
      if (!in_message_) {
        refuse(errc::protocol, protocol_error, "the continuation of no message");
        return false;
      }
      break;
    case websocket_opcode::close:
    case websocket_opcode::ping:
    case websocket_opcode::pong:
      if (!is_final || left_ > most_of_control) {
        refuse(errc::protocol, protocol_error, "a control frame that is too long or not whole");
        return false;
      }
      control_.clear();
      break;
    default:
      refuse(errc::protocol, protocol_error, "a frame of an unknown kind");
      return false;
  }
  if (!is_control()) {
    if (left_ > limit_ - message_.size()) {
      refuse(errc::overflow, too_big, "a message that is too big");
      return false;
    }
    message_.reserve(message_.size() +
                     static_cast<std::size_t>(std::min<std::uint64_t>(left_, most_reserved)));
  }
  in_payload_ = true;
  return true;
}

websocket_reader::step websocket_reader::end_frame() {
  const bool is_final = (header_[0] & final_bit) != 0;
  switch (static_cast<websocket_opcode>(header_[0] & 0x0FU)) {
    case websocket_opcode::ping:
      return step::ping;
    case websocket_opcode::pong:
      return step::pong;
    case websocket_opcode::close:
      return check_close();
    default:
      break;
  }
  if (!is_final) return step::more;
  in_message_ = false;
  if (is_text_ && !is_utf8(message_)) {
    return refuse(errc::protocol, not_utf8, "a text that is no UTF-8");
  }
  return step::message;
}

websocket_reader::step websocket_reader::check_close() {
  if (control_.empty()) return step::close;
  if (control_.size() == 1 || !is_close_code(closed().code)) {
    return refuse(errc::protocol, protocol_error, "a close frame without a valid code");
  }
  if (!is_utf8(std::string_view(control_).substr(2))) {
    return refuse(errc::protocol, not_utf8, "a reason for closing that is no UTF-8");
  }
  return step::close;
}

websocket_reader::step websocket_reader::refuse(errc code, std::uint16_t close_code,
                                                const char* why) {
  broken_ = true;
  error_ = failure(code, why);
  error_close_code_ = close_code;
  message_ = {};
  return step::broken;
}

}  // namespace mynah::net
