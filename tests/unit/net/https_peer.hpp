// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <mynah/task.hpp>

#include "certificates.hpp"
#include "loopback.hpp"
#include "spawned.hpp"

namespace mynah_test {

/// A server of HTTP over TLS for many connections, each of which does what its script says. A
/// letter is what becomes of a request:
///
///     a  answered                      b  answered, bytes behind it
///     c  answered with "Connection: close"    0  answered with HTTP/1.0
///     i  answered, with interim answers before
///     h  half an answer, then the end  H  the same with a reset
///     x  nothing, then the end         r  nothing, then a reset
///     s  nothing, until the client goes       w  answered when `let_go` is called
///     e  the end at once, without waiting for a request
///
/// A connection without a script, or beyond the end of its script, answers.
class https_peer {
 public:
  https_peer(boost::asio::io_context& io, const certificate& own)
      : listening(io),
        port_(listening.port()),
        context_(boost::asio::ssl::context::tls_server),
        let_go_(io) {
    context_.use_certificate_chain_file(own.file);
    context_.use_private_key_file(own.key_file, boost::asio::ssl::context::pem);
    let_go_.expires_at(boost::asio::steady_timer::time_point::max());
    serving_ = std::make_unique<spawned>(io.get_executor(), accept());
  }
  https_peer(const https_peer&) = delete;
  https_peer& operator=(const https_peer&) = delete;

  [[nodiscard]] std::string url(const std::string& path = "/") const {
    return "https://127.0.0.1:" + std::to_string(port_) + path;
  }

  /// Answers all that wait.
  void let_go() { let_go_.cancel(); }

  loopback listening;
  std::vector<std::string> scripts;
  std::vector<std::string> heard;  ///< requests, whichever connection they came over
  std::size_t connections = 0;
  std::size_t open = 0;  ///< connections at the moment
  std::size_t most_open = 0;
  std::size_t waiting = 0;  ///< requests that wait for `let_go`

 private:
  using session_type = boost::asio::ssl::stream<boost::asio::ip::tcp::socket>;

  mynah::task<void> accept() {
    namespace asio = boost::asio;
    for (;;) {
      asio::ip::tcp::socket socket = co_await listening.acceptor.async_accept(asio::use_awaitable);
      std::string script = connections < scripts.size() ? scripts[connections] : "";
      ++connections;
      most_open = std::max(most_open, ++open);
      auto session = std::make_shared<session_type>(std::move(socket), context_);
      asio::co_spawn(listening.acceptor.get_executor(), talk(session, std::move(script)),
                     asio::detached);
    }
  }

  mynah::task<void> talk(std::shared_ptr<session_type> session, std::string script) {
    namespace asio = boost::asio;
    boost::system::error_code code;
    auto noting = asio::redirect_error(asio::use_awaitable, code);
    co_await session->async_handshake(asio::ssl::stream_base::server, noting);
    for (std::size_t at = 0; !code; ++at) {
      const char what = at < script.size() ? script[at] : 'a';
      if (what == 'e') break;
      const std::string request = co_await read_request(*session, code);
      if (code) break;
      heard.push_back(request);
      if (what == 'r') linger(*session);
      if (what == 'x' || what == 'r') break;
      if (what == 's') {
        char byte[1];
        co_await session->async_read_some(asio::buffer(byte), noting);
        break;
      }
      if (what == 'w') {
        ++waiting;
        boost::system::error_code cancelled;
        co_await let_go_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
        --waiting;
      }
      std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
      if (what == 'b') answer += "more";
      if (what == 'c') answer.insert(17, "Connection: Close\r\n");
      if (what == '0') answer[7] = '0';
      if (what == 'i') {
        answer.insert(0, "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n");
      }
      if (what == 'h' || what == 'H') answer.resize(answer.size() / 2);
      co_await asio::async_write(*session, asio::buffer(answer), noting);
      if (what == 'H') linger(*session);
      if (what == 'h' || what == 'H' || what == 'c' || what == '0') break;
    }
    session->lowest_layer().close(code);
    --open;
  }

  // Closing then resets.
  static void linger(session_type& session) {
    session.lowest_layer().set_option(boost::asio::socket_base::linger(true, 0));
  }

  static mynah::task<std::string> read_request(session_type& from,
                                               boost::system::error_code& code) {
    namespace asio = boost::asio;
    std::string request;
    std::size_t whole = std::string::npos;
    while (!code && request.size() < whole) {
      char byte[1];
      co_await from.async_read_some(asio::buffer(byte),
                                    asio::redirect_error(asio::use_awaitable, code));
      request += byte[0];
      const std::string field = "Content-Length: ";
      if (whole == std::string::npos && request.ends_with("\r\n\r\n")) {
        const std::size_t at = request.find(field);
        whole = request.size();
        if (at != std::string::npos) {
          whole += std::strtoul(request.c_str() + at + field.size(), nullptr, 10);
        }
      }
    }
    co_return request;
  }

  std::uint16_t port_;
  boost::asio::ssl::context context_;
  boost::asio::steady_timer let_go_;
  std::unique_ptr<spawned> serving_;
};

}  // namespace mynah_test
