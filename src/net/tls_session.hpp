// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include <boost/asio/ip/tcp.hpp>

#include <openssl/ssl.h>

#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

/// TLS on a socket. In place of asio::ssl::stream, which has 34 KiB of buffers of its own for each
/// connection, however quiet: here OpenSSL reads and writes the socket, and gives its own buffers
/// back between records.
///
/// Executor: that of the socket. One read and one write may be outstanding at the same time.
class tls_session {
 public:
  enum class role : unsigned char { client, server };

  /// Null if OpenSSL has no memory. Takes the socket in that case, too.
  [[nodiscard]] static std::unique_ptr<tls_session> make(boost::asio::ip::tcp::socket socket,
                                                         SSL_CTX* context, role ours);
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;
  ~tls_session();

  [[nodiscard]] SSL* native_handle() noexcept { return ssl_.get(); }
  [[nodiscard]] boost::asio::ip::tcp::socket& socket() noexcept { return socket_; }

  // Errors: eof for an end in order, ssl::error::stream_truncated for another, OpenSSL's, the
  // system's, operation_aborted for a socket that was closed.
  // Cancellation: terminal, gives operation_aborted.

  [[nodiscard]] task<error_code> handshake();
  /// At least one byte.
  [[nodiscard]] task<std::pair<error_code, std::size_t>> read_some(char* data, std::size_t size);
  [[nodiscard]] task<error_code> write_all(std::string_view data);
  /// Says that this is the end, and waits for the other side to say it, too.
  [[nodiscard]] task<error_code> shutdown();
  /// Says it only, if the socket takes it at once.
  void say_end() noexcept;

 private:
  /// What the last reading or writing of the socket came to.
  class link {
   public:
    int descriptor = -1;
    int error = 0;
    bool ended = false;
  };
  class ssl_free {
   public:
    void operator()(SSL* held) const noexcept { SSL_free(held); }
  };

  explicit tls_session(boost::asio::ip::tcp::socket socket);
  /// Calls OpenSSL until it has done it, waiting for the socket as it wants.
  [[nodiscard]] task<std::pair<error_code, int>> run(std::function<int(SSL*)> call);
  static int read_socket(BIO* through, char* data, int size);
  static int write_socket(BIO* through, const char* data, int size);
  static long control(BIO* through, int what, long number, void* pointer);
  static BIO_METHOD* method();

  boost::asio::ip::tcp::socket socket_;
  link link_;
  std::unique_ptr<SSL, ssl_free> ssl_;
};

}  // namespace mynah::net
