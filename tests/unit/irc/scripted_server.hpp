// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include <mynah/task.hpp>

#include "certificates.hpp"
#include "spawned.hpp"

namespace mynah_test {

/// A server on a free port of 127.0.0.1, with TLS or without, that answers lines as it is told and
/// takes one client after the other.
class scripted_server {
 public:
  /// When a client says a line that begins with `first`, it gets `second`.
  using script = std::vector<std::pair<std::string, std::string>>;

  scripted_server(boost::asio::io_context& io, script answers,
                  const std::optional<certificate>& own = std::nullopt)
      : acceptor_(io, {boost::asio::ip::address_v4::loopback(), 0}),
        context_(boost::asio::ssl::context::tls_server),
        with_tls_(own.has_value()),
        answers_(std::move(answers)) {
    if (own) {
      context_.use_certificate_chain_file(own->file);
      context_.use_private_key_file(own->key_file, boost::asio::ssl::context::pem);
    }
    serving_.emplace(io.get_executor(), serve());
  }

  /// One that welcomes everybody, with these capabilities on its list.
  static script welcoming(const std::string& capabilities) {
    return {{"CAP LS", ":irc.test CAP * LS :" + capabilities},
            {"CAP REQ :batch", ":irc.test CAP * ACK :batch"},
            {"CAP END", ":irc.test 001 mynah :hi\r\n:irc.test 376 mynah :end"},
            {"QUIT", "ERROR :bye"}};
  }

  [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

  std::vector<std::string> heard;  ///< what each client has said

 private:
  mynah::task<void> serve() {
    using boost::asio::use_awaitable;
    for (;;) {
      boost::asio::ip::tcp::socket socket = co_await acceptor_.async_accept(use_awaitable);
      heard.emplace_back();
      try {
        if (with_tls_) {
          boost::asio::ssl::stream<boost::asio::ip::tcp::socket> session(std::move(socket),
                                                                         context_);
          co_await session.async_handshake(boost::asio::ssl::stream_base::server, use_awaitable);
          co_await talk(session);
        } else {
          co_await talk(socket);
        }
      } catch (const boost::system::system_error&) {
        // The client has gone; there may be others.
        continue;
      }
    }
  }

  template <class Stream>
  mynah::task<void> talk(Stream& with) {
    std::size_t answered = 0;
    char buffer[1024];
    for (;;) {
      const std::size_t size =
          co_await with.async_read_some(boost::asio::buffer(buffer), boost::asio::use_awaitable);
      std::string& all = heard.back();
      all.append(buffer, size);
      std::string out;
      for (std::size_t end = all.find("\r\n", answered); end != std::string::npos;
           end = all.find("\r\n", answered)) {
        for (const auto& [line, answer] : answers_) {
          if (all.compare(answered, line.size(), line) == 0) out += answer + "\r\n";
        }
        answered = end + 2;
      }
      co_await boost::asio::async_write(with, boost::asio::buffer(out), boost::asio::use_awaitable);
    }
  }

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::ssl::context context_;
  bool with_tls_;
  script answers_;
  std::optional<spawned> serving_;
};

}  // namespace mynah_test
