// SPDX-License-Identifier: Apache-2.0
#include "frames.hpp"

#include <array>

#include <openssl/evp.h>
#include <openssl/sha.h>

namespace mynah_test::slack {

namespace {

constexpr std::uint64_t largest = 16U << 20U;

std::uint8_t byte(const std::string& in, std::size_t at) {
  return static_cast<std::uint8_t>(in[at]);
}

}  // namespace

std::optional<frame> frame_reader::next(std::string& from) {
  if (!error_.empty() || from.size() < taken_ + 2) return std::nullopt;
  const std::uint8_t first = byte(from, taken_);
  const std::uint8_t second = byte(from, taken_ + 1);
  std::size_t head = taken_ + 2;
  std::uint64_t length = second & 0x7FU;
  const std::size_t more = length == 126 ? 2 : length == 127 ? 8 : 0;
  if (from.size() < head + more + 4) return std::nullopt;
  if (more != 0) {
    length = 0;
    for (std::size_t i = 0; i < more; ++i) length = length << 8U | byte(from, head + i);
    head += more;
  }
  frame made;
  made.last = (first & 0x80U) != 0;
  made.kind = static_cast<opcode>(first & 0x0FU);
  const bool control = (first & 0x08U) != 0;
  if ((first & 0x70U) != 0) {
    error_ = "reserved bits are set";
  } else if ((second & 0x80U) == 0) {
    error_ = "a frame is not masked";
  } else if ((first & 0x0FU) > 10 || ((first & 0x0FU) > 2 && (first & 0x0FU) < 8)) {
    error_ = "unknown opcode";
  } else if (control && (length > 125 || !made.last)) {
    error_ = "a control frame is too long or in pieces";
  } else if (length > largest) {
    error_ = "a frame is too big";
  }
  if (!error_.empty()) return std::nullopt;
  if (from.size() < head + 4 + length) return std::nullopt;
  const std::array<std::uint8_t, 4> mask = {byte(from, head), byte(from, head + 1),
                                            byte(from, head + 2), byte(from, head + 3)};
  made.payload.assign(from, head + 4, length);
  for (std::size_t i = 0; i < made.payload.size(); ++i) {
    made.payload[i] = static_cast<char>(static_cast<std::uint8_t>(made.payload[i]) ^ mask[i & 3U]);
  }
  taken_ = head + 4 + length;
  return made;
}

void frame_reader::discard(std::string& from) {
  from.erase(0, taken_);
  taken_ = 0;
}

void put_frame(std::string& to, opcode kind, std::string_view payload, bool last) {
  to += static_cast<char>((last ? 0x80U : 0U) | static_cast<unsigned>(kind));
  if (payload.size() < 126) {
    to += static_cast<char>(payload.size());
  } else {
    const bool wide = payload.size() > 0xFFFF;
    to += static_cast<char>(wide ? 127 : 126);
    for (int shift = wide ? 56 : 8; shift >= 0; shift -= 8) {
      to += static_cast<char>(payload.size() >> static_cast<unsigned>(shift) & 0xFFU);
    }
  }
  to += payload;
}

std::string close_payload(std::uint16_t code, std::string_view reason) {
  std::string made;
  made += static_cast<char>(code >> 8U);
  made += static_cast<char>(code & 0xFFU);
  made += reason;
  return made;
}

std::string accept_value(std::string_view key) {
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> hash{};
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  std::array<unsigned char, 64> encoded{};
  const int length = EVP_EncodeBlock(encoded.data(), hash.data(), hash.size());
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<std::size_t>(length)};
}

}  // namespace mynah_test::slack
