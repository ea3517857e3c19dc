// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <mynah/task.hpp>

#include "certificates.hpp"
#include "loopback.hpp"

namespace mynah_test {

/// A server for one TLS connection.
class tls_server {
 public:
  explicit tls_server(certificate own) : own(std::move(own)) {}

  certificate own;
  std::string alpn;         ///< the protocol that it speaks; empty: it does not say
  int version = 0;          ///< the only one of OpenSSL's versions; 0: any
  long without = 0;         ///< OpenSSL's options: SSL_OP_NO_...
  bool starttls = false;    ///< TLS begins after "starttls" from the client and "proceed" to it
  std::string leaked = {};  ///< sent in clear behind "proceed"
  /// Called after the handshake.
  std::function<void(SSL*)> shaken = [](SSL*) {};

  /// Accepts, shakes hands, says "hello" and reads until the end.
  mynah::task<void> serve(loopback& listening) {
    namespace asio = boost::asio;
    asio::ssl::context context(asio::ssl::context::tls_server);
    context.use_certificate_chain_file(own.file);
    context.use_private_key_file(own.key_file, asio::ssl::context::pem);
    context.set_options(static_cast<asio::ssl::context::options>(without));
    if (version != 0) {
      SSL_CTX_set_min_proto_version(context.native_handle(), version);
      SSL_CTX_set_max_proto_version(context.native_handle(), version);
    }
    if (!alpn.empty()) SSL_CTX_set_alpn_select_cb(context.native_handle(), &select, this);
    asio::ip::tcp::socket socket = co_await listening.acceptor.async_accept(asio::use_awaitable);
    if (starttls) {
      char asked[8];
      co_await asio::async_read(socket, asio::buffer(asked), asio::use_awaitable);
      const std::string said = "proceed" + leaked;
      co_await asio::async_write(socket, asio::buffer(said), asio::use_awaitable);
    }
    asio::ssl::stream<asio::ip::tcp::socket> session(std::move(socket), context);
    co_await session.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
    shaken(session.native_handle());
    co_await asio::async_write(session, asio::buffer("hello", 5), asio::use_awaitable);
    char last[1];
    co_await asio::async_read(session, asio::buffer(last), asio::use_awaitable);
  }

 private:
  static int select(SSL*, const unsigned char** chosen, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* self) {
    const std::string& name = static_cast<tls_server*>(self)->alpn;
    for (unsigned at = 0; at < offered_size; at += offered[at] + 1U) {
      const unsigned char* const text = offered + at + 1;
      if (name == std::string(reinterpret_cast<const char*>(text), offered[at])) {
        *chosen = text;
        *size = offered[at];
        return SSL_TLSEXT_ERR_OK;
      }
    }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
};

}  // namespace mynah_test
