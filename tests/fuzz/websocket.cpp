// SPDX-License-Identifier: Apache-2.0
// What a server sends after it has granted the WebSocket, over a pair of sockets: whatever it is,
// the messages are whole, within their bounds and UTF-8, what is said in return is well-formed, and
// there is an end. Cut in pieces it is the same.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <openssl/evp.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <mynah/clock.hpp>
#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "net/accepted_stream.hpp"
#include "net/web_url.hpp"
#include "net/websocket.hpp"
#include "tests/support/manual_clock.hpp"

namespace {

using namespace mynah;
using namespace std::chrono_literals;
using net::websocket;

// As `websocket` promises.
constexpr std::size_t most_messages_ahead = 64;
constexpr std::size_t most_bytes_ahead = std::size_t{256} * 1024;
// What many pieces do, a few do as well.
constexpr std::size_t most_pieces = 48;

void require(bool holds) {
  if (!holds) std::abort();
}

/// What the first bytes of an input say.
class mode {
 public:
  mode(unsigned bits, unsigned piece) noexcept
      : answers((bits & 1U) != 0),
        reads_late((bits & 2U) != 0),
        closes((bits & 4U) != 0),
        most_bytes((bits & 8U) != 0 ? 32 : 4096),
        piece(piece % 64 + 1) {}

  bool answers;     ///< each message is answered, as Slack's are
  bool reads_late;  ///< nothing is read until everything has come
  bool closes;      ///< the client closes when everything has come; else the server hangs up
  std::size_t most_bytes;
  std::size_t piece;
};

// RFC 6455, section 4.2.2.
std::string accepting(std::string key) {
  key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(key.data(), key.size(), digest.data(), &size, EVP_sha1(), nullptr);
  std::array<unsigned char, 64> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(size));
  return {text.begin(), text.begin() + length};
}

/// The frames that a client sends, which must be as RFC 6455 has them, and as Slack wants them.
class client_frames {
 public:
  void take(std::string_view bytes) {
    bytes_ += bytes;
    while (next()) continue;
  }

  std::size_t texts = 0;

 private:
  bool next() {
    if (bytes_.size() < 2) return false;
    const auto first = static_cast<unsigned char>(bytes_[0]);
    const auto second = static_cast<unsigned char>(bytes_[1]);
    require((first & 0xF0U) == 0x80U);   // whole, without extensions
    require((second & 0x80U) == 0x80U);  // masked
    const unsigned kind = first & 0x0FU;
    require(kind == 1 || kind == 8 || kind == 10);
    require(!closed_);
    const std::size_t length = second & 0x7FU;
    require(length < 126);  // answers are short here
    const std::size_t whole = 2 + 4 + length;
    if (bytes_.size() < whole) return false;
    std::string text = bytes_.substr(6, length);
    for (std::size_t i = 0; i < text.size(); ++i) {
      const auto mask = static_cast<unsigned char>(bytes_[2 + i % 4]);
      text[i] = static_cast<char>(static_cast<unsigned char>(text[i]) ^ mask);
    }
    if (kind == 1) {
      ++texts;
      require(is_utf8(text));
    }
    if (kind == 8) {
      closed_ = true;
      require(text.size() != 1);
    }
    bytes_.erase(0, whole);
    return true;
  }

  std::string bytes_;
  bool closed_ = false;
};

/// What came of it.
class outcome {
 public:
  friend bool operator==(const outcome&, const outcome&) = default;

  std::vector<std::pair<bool, std::string>> messages;
  error_code end;
  std::optional<std::pair<std::uint16_t, std::string>> closed;
};

boost::asio::io_context& context() {
  static boost::asio::io_context one(1);
  return one;
}

/// One connection.
class conversation {
 public:
  explicit conversation(const mode& how) : how_(how) {
    std::array<int, 2> ends{};
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends.data()) == 0);
    server_ = ends[0];
    boost::asio::ip::tcp::socket socket(context());
    // Asio only asks which protocol it is to connect.
    socket.assign(boost::asio::ip::tcp::v4(), ends[1]);
    boost::asio::co_spawn(context(), open(net::accepted_stream(std::move(socket), "peer")),
                          boost::asio::detached);
    run();
    grant();
    require(ws_.has_value());
    if (!how_.reads_late) begin_reading();
  }
  conversation(const conversation&) = delete;
  conversation& operator=(const conversation&) = delete;
  ~conversation() {
    ws_.reset();
    run();
    // The socket is closed, and nothing is left that could run.
    hear();
    char byte = 0;
    const ssize_t left = ::recv(server_, &byte, 1, 0);
    require(left == 0 || (left < 0 && errno != EAGAIN));
    require(clock_.timers() == 0);
    ::close(server_);
  }

  void say(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t put = ::send(server_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      // It has been closed, or the client is left to wait: what follows does not matter.
      if (put <= 0) break;
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    run();
    hear();
  }

  outcome end() {
    if (how_.reads_late) read_what_is_there();
    if (how_.closes) {
      boost::asio::co_spawn(context(), close(), boost::asio::detached);
      run();
      hear();
    }
    ::shutdown(server_, SHUT_WR);
    run();
    if (how_.reads_late) begin_reading();
    run();
    hear();
    require(ended_);
    // It does not change its mind.
    require(ws_->post_text("late").has_error());
    require(!ws_->read_now());
    require(frames_.texts <= answered_);
    const auto& closed = ws_->closed_with();
    if (closed) {
      require(is_utf8(closed->reason));
      require(closed->reason == sanitised(closed->reason));
      came_.closed.emplace(closed->code, closed->reason);
    }
    return std::move(came_);
  }

 private:
  static void run() {
    context().restart();
    context().poll();
  }

  task<void> open(net::stream over) {
    net::websocket_limits limits;
    limits.message_bytes = how_.most_bytes;
    net::web_url where = net::parse_wss_url("wss://peer/").value();
    auto made =
        co_await net::upgrade_to_websocket(clock_, std::move(over), std::move(where), limits);
    require(made.has_value());
    ws_.emplace(std::move(*made));
  }

  void grant() {
    std::array<char, 2048> request{};
    const ssize_t size = ::recv(server_, request.data(), request.size(), 0);
    require(size > 0);
    const std::string_view asked(request.data(), static_cast<std::size_t>(size));
    constexpr std::string_view field = "Sec-WebSocket-Key: ";
    const std::size_t at = asked.find(field) + field.size();
    const std::string key(asked.substr(at, asked.find('\r', at) - at));
    say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: " +
        accepting(key) + "\r\n\r\n");
  }

  void begin_reading() {
    boost::asio::co_spawn(context(), read(), boost::asio::detached);
    run();
  }

  task<void> read() {
    for (;;) {
      result<net::websocket_message> next = co_await ws_->read();
      if (next.has_error()) {
        came_.end = next.error().code();
        ended_ = true;
        co_return;
      }
      take(std::move(*next));
    }
  }

  task<void> close() { co_await ws_->close(1000, 1s); }

  // No more than may wait.
  void read_what_is_there() {
    std::size_t messages = 0;
    std::size_t bytes = 0;
    while (auto next = ws_->read_now()) {
      ++messages;
      bytes += next->bytes.size();
      take(std::move(*next));
    }
    require(messages <= most_messages_ahead && bytes < most_bytes_ahead + how_.most_bytes);
  }

  void take(net::websocket_message&& got) {
    require(got.bytes.size() <= how_.most_bytes);
    require(!got.is_text || is_utf8(got.bytes));
    came_.messages.emplace_back(got.is_text, std::move(got.bytes));
    if (!how_.answers) return;
    const std::string answer = "ack " + std::to_string(came_.messages.size());
    if (ws_->post_text(answer).has_value()) ++answered_;
  }

  void hear() {
    std::array<char, 4096> buffer{};
    for (;;) {
      const ssize_t got = ::recv(server_, buffer.data(), buffer.size(), 0);
      if (got <= 0) return;
      frames_.take(std::string_view(buffer.data(), static_cast<std::size_t>(got)));
    }
  }

  mode how_;
  int server_ = -1;
  mynah_test::manual_clock clock_;
  std::optional<websocket> ws_;
  client_frames frames_;
  std::size_t answered_ = 0;
  bool ended_ = false;
  outcome came_;
};

outcome told_of(std::string_view bytes, const mode& how, std::size_t piece) {
  conversation one(how);
  for (std::size_t pieces = 0; !bytes.empty() && pieces < most_pieces; ++pieces) {
    const std::string_view some = bytes.substr(0, piece);
    bytes.remove_prefix(some.size());
    one.say(some);
  }
  if (!bytes.empty()) one.say(bytes);
  return one.end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const mode how(data[0], data[1]);
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const outcome whole = told_of(bytes, how, bytes.size());
  const outcome cut = told_of(bytes, how, how.piece);
  require(whole == cut);
  return 0;
}
