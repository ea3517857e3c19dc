// SPDX-License-Identifier: Apache-2.0
#include "net/tls_session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include <openssl/bio.h>
#include <openssl/err.h>

namespace mynah::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto with_code = asio::as_tuple(asio::use_awaitable);

int bounded(std::size_t size) noexcept {
  return static_cast<int>(std::min<std::size_t>(size, std::numeric_limits<int>::max()));
}

}  // namespace

tls_session::tls_session(tcp::socket socket) : socket_(std::move(socket)) {}

tls_session::~tls_session() = default;

std::unique_ptr<tls_session> tls_session::make(tcp::socket socket, SSL_CTX* context, role ours) {
  std::unique_ptr<tls_session> made(new tls_session(std::move(socket)));
  error_code code;
  made->socket_.non_blocking(true, code);
  made->ssl_.reset(SSL_new(context));
  BIO* const through = method() == nullptr ? nullptr : BIO_new(method());
  if (code || !made->ssl_ || through == nullptr) {
    BIO_free(through);
    return nullptr;
  }
  made->link_.descriptor = made->socket_.native_handle();
  BIO_set_data(through, &made->link_);
  BIO_set_init(through, 1);
  SSL_set_bio(made->ssl_.get(), through, through);
  SSL_set_mode(made->ssl_.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                     SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // Else a record costs two calls of the system, one for its header alone.
  SSL_set_read_ahead(made->ssl_.get(), 1);
  if (ours == role::client) {
    SSL_set_connect_state(made->ssl_.get());
  } else {
    SSL_set_accept_state(made->ssl_.get());
  }
  return made;
}

task<error_code> tls_session::handshake() {
  std::function<int(SSL*)> call = [](SSL* on) { return SSL_do_handshake(on); };
  const auto [code, done] = co_await run(std::move(call));
  co_return code;
}

task<std::pair<error_code, std::size_t>> tls_session::read_some(char* data, std::size_t size) {
  std::function<int(SSL*)> call = [data, size](SSL* on) {
    return SSL_read(on, data, bounded(size));
  };
  const auto [code, got] = co_await run(std::move(call));
  co_return std::pair(code, static_cast<std::size_t>(std::max(got, 0)));
}

task<error_code> tls_session::write_all(std::string_view data) {
  while (!data.empty()) {
    std::function<int(SSL*)> call = [data](SSL* on) {
      return SSL_write(on, data.data(), bounded(data.size()));
    };
    const auto [code, written] = co_await run(std::move(call));
    if (code) co_return code;
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  co_return error_code();
}

task<error_code> tls_session::shutdown() {
  // Zero: it is said; the second call waits for the other side.
  std::function<int(SSL*)> call = [](SSL* on) {
    const int said = SSL_shutdown(on);
    return said == 0 ? SSL_shutdown(on) : said;
  };
  const auto [code, done] = co_await run(std::move(call));
  co_return code;
}

void tls_session::say_end() noexcept {
  ERR_clear_error();
  (void)SSL_shutdown(ssl_.get());
}

task<std::pair<error_code, int>> tls_session::run(std::function<int(SSL*)> call) {
  for (;;) {
    if (!socket_.is_open()) co_return std::pair(error_code(asio::error::operation_aborted), 0);
    ERR_clear_error();
    link_.error = 0;
    const int done = call(ssl_.get());
    if (done > 0) co_return std::pair(error_code(), done);
    tcp::socket::wait_type wanted = tcp::socket::wait_read;
    switch (SSL_get_error(ssl_.get(), done)) {
      case SSL_ERROR_WANT_READ:
        break;
      case SSL_ERROR_WANT_WRITE:
        wanted = tcp::socket::wait_write;
        break;
      case SSL_ERROR_ZERO_RETURN:
        co_return std::pair(error_code(asio::error::eof), 0);
      default: {
        error_code code = asio::ssl::error::stream_truncated;
        const unsigned long reason = ERR_get_error();
        if (link_.error != 0) {
          code = error_code(link_.error, boost::system::system_category());
        } else if (!link_.ended && reason != 0) {
          code = error_code(static_cast<int>(reason), asio::error::get_ssl_category());
        }
        co_return std::pair(code, 0);
      }
    }
    const auto [code] = co_await socket_.async_wait(wanted, with_code);
    if (code) co_return std::pair(code, 0);
  }
}

int tls_session::read_socket(BIO* through, char* data, int size) {
  auto& at = *static_cast<link*>(BIO_get_data(through));
  BIO_clear_retry_flags(through);
  const ssize_t got = ::recv(at.descriptor, data, static_cast<std::size_t>(size), 0);
  if (got > 0) return static_cast<int>(got);
  if (got == 0) {
    at.ended = true;
    return 0;
  }
  if (errno == EAGAIN || errno == EINTR) {
    BIO_set_retry_read(through);
  } else {
    at.error = errno;
  }
  return -1;
}

int tls_session::write_socket(BIO* through, const char* data, int size) {
  auto& at = *static_cast<link*>(BIO_get_data(through));
  BIO_clear_retry_flags(through);
  // OpenSSL's own would raise SIGPIPE.
  const ssize_t sent = ::send(at.descriptor, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent >= 0) return static_cast<int>(sent);
  if (errno == EAGAIN || errno == EINTR) {
    BIO_set_retry_write(through);
  } else {
    at.error = errno;
  }
  return -1;
}

long tls_session::control(BIO*, int what, long, void*) {
  return what == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD* tls_session::method() {
  static BIO_METHOD* const made = [] {
    BIO_METHOD* const fresh = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
    if (fresh != nullptr) {
      BIO_meth_set_read(fresh, &tls_session::read_socket);
      BIO_meth_set_write(fresh, &tls_session::write_socket);
      BIO_meth_set_ctrl(fresh, &tls_session::control);
    }
    return fresh;
  }();
  return made;
}

}  // namespace mynah::net
