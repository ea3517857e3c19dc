// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include <openssl/evp.h>

#include <mynah/task.hpp>

#include "catch.hpp"
#include "certificates.hpp"
#include "loopback.hpp"
#include "spawned.hpp"

namespace mynah_test {

/// A server for one WebSocket over TLS: Beast's.
class websocket_peer {
 public:
  using session_type = boost::beast::ssl_stream<boost::asio::ip::tcp::socket>;
  using socket_type = boost::beast::websocket::stream<session_type>;

  websocket_peer(boost::asio::io_context& io, const certificate& own)
      : listening(io), io_(io), context_(boost::asio::ssl::context::tls_server) {
    context_.use_certificate_chain_file(own.file);
    context_.use_private_key_file(own.key_file, boost::asio::ssl::context::pem);
    serving_ = std::make_unique<spawned>(io.get_executor(), serve());
  }
  websocket_peer(const websocket_peer&) = delete;
  websocket_peer& operator=(const websocket_peer&) = delete;

  [[nodiscard]] std::string url() const {
    return "wss://127.0.0.1:" + std::to_string(listening.port()) + "/link?ticket=secret";
  }

  /// Messages, each with the last piece marked or not.
  void say(std::string text, bool is_text = true, bool last = true) {
    run(write(std::move(text), is_text, last));
  }
  /// Bytes below the WebSocket, all in one record of TLS.
  void say_raw(std::string bytes) { run(write_raw(std::move(bytes))); }
  void ping(const std::string& payload) { run(write_ping(payload)); }
  /// Begins to close; goes on until the client has closed, too.
  void close(std::uint16_t code, const std::string& reason) {
    closing_ = std::make_unique<spawned>(io_.get_executor(), write_close(code, reason));
  }
  /// Ends the TCP connection without a word.
  void cut() { socket->next_layer().next_layer().close(); }
  /// The descriptor's socket.
  boost::asio::ip::tcp::socket& tcp() { return socket->next_layer().next_layer(); }

  loopback listening;
  std::string refusal;  ///< what is answered in place of the upgrade; KEY: see there
  bool reads = true;    ///< or it never looks at what is sent
  bool silent = false;  ///< never answers the request
  std::optional<socket_type> socket;
  bool open = false;
  bool over = false;
  std::string request;  ///< the header
  std::vector<std::string> heard;
  std::vector<std::string> controls;  ///< "ping x", "pong x", "close 1000"
  std::string end;                    ///< how the reading ended

 private:
  mynah::task<void> serve() {
    namespace asio = boost::asio;
    namespace beast = boost::beast;
    boost::system::error_code code;
    auto noting = asio::redirect_error(asio::use_awaitable, code);
    asio::ip::tcp::socket accepted = co_await listening.acceptor.async_accept(asio::use_awaitable);
    socket.emplace(std::move(accepted), context_);
    co_await socket->next_layer().async_handshake(asio::ssl::stream_base::server, noting);
    beast::flat_buffer buffer;
    beast::http::request<beast::http::string_body> asked;
    if (!code) {
      co_await beast::http::async_read(socket->next_layer(), buffer, asked, noting);
    }
    if (!code) {
      for (const auto& field : asked) {
        request += std::string(field.name_string()) + ": " + std::string(field.value()) + "\n";
      }
    }
    if (!code && silent) {
      co_await socket->next_layer().async_read_some(buffer.prepare(1), noting);
      code = asio::error::eof;
    }
    if (!code && !refusal.empty()) {
      const std::size_t at = refusal.find("KEY");
      if (at != std::string::npos) {
        refusal.replace(at, 3, accepting(std::string(asked["Sec-WebSocket-Key"])));
      }
      co_await asio::async_write(socket->next_layer(), asio::buffer(refusal), noting);
      co_await socket->next_layer().async_shutdown(noting);
      code = asio::error::eof;
    }
    if (!code) {
      socket->control_callback([this](beast::websocket::frame_type kind, beast::string_view text) {
        const std::string payload(text);
        if (kind == beast::websocket::frame_type::ping) controls.push_back("ping " + payload);
        if (kind == beast::websocket::frame_type::pong) controls.push_back("pong " + payload);
        if (kind == beast::websocket::frame_type::close) {
          controls.push_back("close " + std::to_string(socket->reason().code));
        }
      });
      socket->read_message_max(64U << 20U);
      co_await socket->async_accept(asked, noting);
    }
    if (!code) open = true;
    while (!code && reads) {
      beast::flat_buffer message;
      co_await socket->async_read(message, noting);
      if (!code) heard.push_back(beast::buffers_to_string(message.data()));
    }
    end = code.message();
    over = true;
  }

  // RFC 6455, section 4.2.2.
  static std::string accepting(std::string key) {
    key += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(key.data(), key.size(), digest, &size, EVP_sha1(), nullptr);
    unsigned char text[64];
    const int length = EVP_EncodeBlock(text, digest, static_cast<int>(size));
    return std::string(reinterpret_cast<char*>(text), static_cast<std::size_t>(length));
  }

  void run(mynah::task<void> what) {
    const spawned doing(io_.get_executor(), std::move(what));
    CHECK(run_until(io_, [&] { return doing.done(); }));
  }

  mynah::task<void> write(std::string text, bool is_text, bool last) {
    socket->text(is_text);
    socket->auto_fragment(false);
    co_await socket->async_write_some(last, boost::asio::buffer(text), boost::asio::use_awaitable);
  }
  mynah::task<void> write_raw(std::string bytes) {
    co_await boost::asio::async_write(socket->next_layer(), boost::asio::buffer(bytes),
                                      boost::asio::use_awaitable);
  }
  mynah::task<void> write_ping(std::string payload) {
    const boost::beast::websocket::ping_data data(payload);
    co_await socket->async_ping(data, boost::asio::use_awaitable);
  }
  mynah::task<void> write_close(std::uint16_t code, std::string reason) {
    boost::beast::websocket::close_reason said(
        static_cast<boost::beast::websocket::close_code>(code), reason);
    boost::system::error_code ignored;
    auto noting = boost::asio::redirect_error(boost::asio::use_awaitable, ignored);
    co_await socket->async_close(said, noting);
  }

  boost::asio::io_context& io_;
  boost::asio::ssl::context context_;
  std::unique_ptr<spawned> serving_;
  std::unique_ptr<spawned> closing_;
};

}  // namespace mynah_test
