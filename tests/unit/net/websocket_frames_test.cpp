// SPDX-License-Identifier: Apache-2.0
#include "net/websocket_frames.hpp"

#include <vector>

#include "catch.hpp"

using mynah::errc;
using mynah::net::append_frame;
using mynah::net::close_payload;
using mynah::net::websocket_key;
using mynah::net::websocket_opcode;
using mynah::net::websocket_reader;
using step = mynah::net::websocket_reader::step;
using namespace std::string_literals;

namespace {

std::string frame(unsigned first, const std::string& payload) {
  std::string text(1, static_cast<char>(first));
  if (payload.size() < 126) {
    text += static_cast<char>(payload.size());
  } else if (payload.size() <= 0xFFFF) {
    text += "\x7e"s + static_cast<char>(payload.size() >> 8U) +
            static_cast<char>(payload.size() & 0xFFU);
  } else {
    text += "\x7f"s;
    for (int shift = 56; shift >= 0; shift -= 8) {
      text += static_cast<char>(payload.size() >> static_cast<unsigned>(shift) & 0xFFU);
    }
  }
  return text + payload;
}

/// What a reader makes of the bytes, given so many at a time; one line each.
std::vector<std::string> read(const std::string& bytes, std::size_t piece,
                              std::uint64_t limit = 1U << 20U) {
  websocket_reader reader(limit);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::string_view given = std::string_view(bytes).substr(at, piece);
    for (step got = reader.next(given); got != step::more; got = reader.next(given)) {
      switch (got) {
        case step::message: {
          const auto message = reader.take_message();
          lines.push_back((message.is_text ? "text " : "binary ") + message.bytes);
          break;
        }
        case step::ping:
          lines.push_back("ping " + reader.control());
          break;
        case step::pong:
          lines.push_back("pong " + reader.control());
          break;
        case step::close:
          lines.push_back("close " + std::to_string(reader.closed().code) + " " +
                          reader.closed().reason);
          break;
        case step::broken:
          lines.push_back(reader.error().code().message() + " " +
                          std::to_string(reader.error_close_code()));
          return lines;
        case step::more:
          break;
      }
    }
    CHECK(given.empty());
  }
  return lines;
}

std::vector<std::string> read(const std::string& bytes) {
  const auto whole = read(bytes, bytes.size());
  // However it is cut, it means the same.
  CHECK(read(bytes, 1) == whole);
  CHECK(read(bytes, 3) == whole);
  return whole;
}

using lines = std::vector<std::string>;

const std::string protocol = make_error_code(errc::protocol).message();
const std::string overflow = make_error_code(errc::overflow).message();

}  // namespace

TEST_CASE("frames of a server are read", "[net][websocket]") {
  CHECK(read(frame(0x81, "hello") + frame(0x82, "\0\xff"s)) ==
        lines{"text hello", "binary \0\xff"s});
  CHECK(read(frame(0x81, "")) == lines{"text "});
  CHECK(read(frame(0x89, "are you there") + frame(0x8A, "")) ==
        lines{"ping are you there", "pong "});
}

TEST_CASE("lengths have three forms", "[net][websocket]") {
  for (const std::size_t size : {125U, 126U, 0xFFFFU, 0x10000U}) {
    const std::string text(size, 'x');
    CHECK(read(frame(0x81, text)) == lines{"text " + text});
  }
  CHECK(read("\x81\x7e\0\x7d"s + std::string(125, 'x')) == lines{protocol + " 1002"});
  CHECK(read("\x81\x7f\0\0\0\0\0\0\xff\xff"s) == lines{protocol + " 1002"});
  CHECK(read("\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff"s) == lines{protocol + " 1002"});
}

TEST_CASE("a message in pieces is put together", "[net][websocket]") {
  CHECK(read(frame(0x01, "one ") + frame(0x00, "two ") + frame(0x89, "p") + frame(0x80, "three")) ==
        lines{"ping p", "text one two three"});
  // A character may be cut in two.
  CHECK(read(frame(0x01, "\xc3") + frame(0x80, "\xa4")) == lines{"text \xc3\xa4"});
  CHECK(read(frame(0x02, "a") + frame(0x80, "b") + frame(0x81, "c")) ==
        lines{"binary ab", "text c"});
  CHECK(read(frame(0x01, "a") + frame(0x81, "b")) == lines{protocol + " 1002"});
  CHECK(read(frame(0x80, "b")) == lines{protocol + " 1002"});
}

TEST_CASE("what is no frame of a server is refused", "[net][websocket]") {
  CHECK(read("\x81\x81kkkkx") == lines{protocol + " 1002"});   // masked
  CHECK(read(frame(0xC1, "x")) == lines{protocol + " 1002"});  // compressed
  CHECK(read(frame(0x83, "x")) == lines{protocol + " 1002"});  // unknown kinds
  CHECK(read(frame(0x8B, "x")) == lines{protocol + " 1002"});
  CHECK(read(frame(0x09, "x")) == lines{protocol + " 1002"});  // a ping in pieces
  CHECK(read(frame(0x89, std::string(126, 'x'))) == lines{protocol + " 1002"});
  CHECK(read("HTTP/1.1 400 Bad Request\r\n\r\n") == lines{protocol + " 1002"});
}

TEST_CASE("text must be UTF-8", "[net][websocket]") {
  CHECK(read(frame(0x81, "a\xff")) == lines{protocol + " 1007"});
  CHECK(read(frame(0x81, "\xed\xa0\x80")) == lines{protocol + " 1007"});
  CHECK(read(frame(0x01, "\xc3") + frame(0x80, "x")) == lines{protocol + " 1007"});
  CHECK(read(frame(0x82, "a\xff")) == lines{"binary a\xff"});
}

TEST_CASE("messages are bounded", "[net][websocket]") {
  CHECK(read(frame(0x81, "1234"), 1, 4) == lines{"text 1234"});
  CHECK(read(frame(0x81, "12345"), 1, 4) == lines{overflow + " 1009"});
  CHECK(read(frame(0x01, "12") + frame(0x00, "34") + frame(0x80, "5"), 1, 4) ==
        lines{overflow + " 1009"});
  // Refused for what is promised, before any of it has come.
  CHECK(read("\x81\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"s) == lines{overflow + " 1009"});
  CHECK(read(frame(0x01, "1") + "\x80\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"s) ==
        lines{overflow + " 1009"});
}

TEST_CASE("a server says that it closes", "[net][websocket]") {
  CHECK(read(frame(0x88, "")) == lines{"close 1005 "});
  CHECK(read(frame(0x88, "\x03\xe8")) == lines{"close 1000 "});
  CHECK(read(frame(0x88, "\x03\xe9going\x1b away")) == lines{"close 1001 going away"});
  CHECK(read(frame(0x88, "\x0f\xa0private")) == lines{"close 4000 private"});
  CHECK(read(frame(0x88, "\x03")) == lines{protocol + " 1002"});
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 2999U, 5000U, 65535U}) {
    CAPTURE(code);
    const std::string payload{static_cast<char>(code >> 8U), static_cast<char>(code & 0xFFU)};
    CHECK(read(frame(0x88, payload)) == lines{protocol + " 1002"});
  }
  CHECK(read(frame(0x88, "\x03\xe8\xff")) == lines{protocol + " 1007"});
}

TEST_CASE("frames of a client are masked", "[net][websocket]") {
  const websocket_key key{1, 2, 3, 4};
  std::string text;
  append_frame(text, websocket_opcode::text, "hello, world", key);
  CHECK(text.substr(0, 6) == "\x81\x8c\x01\x02\x03\x04"s);
  for (std::size_t i = 6; i < text.size(); ++i) {
    text[i] = static_cast<char>(text[i] ^ static_cast<char>(key[(i - 6) % 4]));
  }
  CHECK(text.substr(6) == "hello, world");
  text.clear();
  append_frame(text, websocket_opcode::binary, std::string(126, 'x'), key);
  CHECK(text.substr(0, 4) == "\x82\xfe\0\x7e"s);
  text.clear();
  append_frame(text, websocket_opcode::text, std::string(0x10000, 'x'), key);
  CHECK(text.substr(0, 10) == "\x81\xff\0\0\0\0\0\x01\0\0"s);
  CHECK(text.size() == 0x10000 + 14);
  CHECK(close_payload(1000) == "\x03\xe8");
  CHECK(close_payload(1005).empty());
}
