// SPDX-License-Identifier: Apache-2.0
#include "net/stream.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <tuple>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

#include "net/accepted_stream.hpp"
#include "net/address_order.hpp"
#include "net/resolve.hpp"
#include "net/tls_context_impl.hpp"
#include "net/tls_session.hpp"
#include "net/with_deadline.hpp"

namespace mynah::net {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using asio::ip::tcp;

namespace {

// A name with more addresses than this is a pool; trying more of it helps nobody.
constexpr std::size_t most_addresses = 8;

constexpr auto with_code = asio::as_tuple(asio::use_awaitable);

}  // namespace

class stream::impl {
 public:
  impl(tcp::socket socket, std::string peer) : plain_(std::move(socket)), peer_(std::move(peer)) {}

  ~impl() { abort(); }
  impl(const impl&) = delete;
  impl& operator=(const impl&) = delete;

  task<result<void>> start_tls(mynah::clock& clock, mynah::clock::duration limit,
                               tls_context context, tls_peer peer) {
    return secure(clock, limit, handshake(std::move(context), std::move(peer)));
  }

  task<result<void>> accept_tls(mynah::clock& clock, mynah::clock::duration limit,
                                tls_server_context context) {
    return secure(clock, limit, answer_handshake(std::move(context)));
  }

  task<result<std::size_t>> read_some(char* data, std::size_t size) {
    if (closed_) co_return failure(errc::closed);
    error_code code;
    std::size_t got = 0;
    if (tls_) {
      std::tie(code, got) = co_await tls_->read_some(data, size);
    } else {
      std::tie(code, got) = co_await plain_.async_read_some(asio::buffer(data, size), with_code);
    }
    // Bytes that came together with an error are delivered first; the error comes again.
    if (got > 0) co_return got;
    co_return ended_by(code, "reading from ");
  }

  task<result<void>> write_all(std::string_view data) {
    if (closed_) co_return failure(errc::closed);
    error_code code;
    if (tls_) {
      code = co_await tls_->write_all(data);
    } else {
      const asio::const_buffer source = asio::buffer(data.data(), data.size());
      std::tie(code, std::ignore) = co_await asio::async_write(plain_, source, with_code);
    }
    if (code) co_return ended_by(code, "writing to ");
    co_return result<void>();
  }

  task<void> close(mynah::clock& clock, mynah::clock::duration limit) {
    if (closed_) co_return;
    closed_ = true;
    if (tls_ && limit <= mynah::clock::duration::zero()) {
      tls_->say_end();
    } else if (tls_) {
      // Whether the other side answers in time makes no difference to us.
      (void)co_await with_deadline(clock, limit, say_goodbye());
    }
    shut();
  }

  void end_writing() noexcept {
    if (closed_) return;
    if (tls_) tls_->say_end();
    error_code ignored;
    socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  void abort() noexcept {
    closed_ = true;
    shut();
  }

  void acknowledge() noexcept {
    if (closed_) return;
    // The system forgets it after a while.
    const int yes = 1;
    ::setsockopt(socket().native_handle(), IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
  }

  [[nodiscard]] bool quiet() noexcept {
    if (closed_ || (tls_ && SSL_has_pending(tls_->native_handle()) != 0)) return false;
    char byte = 0;
    const ssize_t got = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  [[nodiscard]] std::string tls_version() {
    if (!tls_) return {};
    // OpenSSL says "TLSv1.3".
    const std::string_view name = SSL_get_version(tls_->native_handle());
    return "TLS " + std::string(name.substr(std::min(name.find('v') + 1, name.size())));
  }

  [[nodiscard]] std::optional<std::string> channel_binding(channel_binding_kind kind) {
    if (!tls_) return std::nullopt;
    return binding_of(tls_->native_handle(), kind);
  }

 private:
  tcp::socket& socket() noexcept { return tls_ ? tls_->socket() : plain_; }

  task<result<void>> secure(mynah::clock& clock, mynah::clock::duration limit,
                            task<result<void>> shaking) {
    if (closed_) co_return failure(errc::closed);
    std::string doing = "TLS handshake with " + peer_;
    if (tls_) {
      co_return failure(make_error_code(boost::system::errc::already_connected), std::move(doing));
    }
    try {
      const result<void> shaken =
          co_await with_deadline(clock, limit, std::move(shaking), std::move(doing));
      // Half a handshake is nothing to go on with.
      if (!shaken) abort();
      co_return shaken;
    } catch (...) {
      abort();
      throw;
    }
  }

  task<result<void>> handshake(tls_context context, tls_peer peer) {
    context_ = std::move(context);
    if (!begin_tls(context_->internals().context.native_handle(), tls_session::role::client)) {
      co_return no_memory();
    }
    const result<void> expected = expect_peer(tls_->native_handle(), peer);
    if (!expected) co_return expected.error();
    co_return co_await shake();
  }

  task<result<void>> answer_handshake(tls_server_context context) {
    own_context_ = std::move(context);
    if (!begin_tls(own_context_->internals().context.native_handle(), tls_session::role::server)) {
      co_return no_memory();
    }
    co_return co_await shake();
  }

  bool begin_tls(SSL_CTX* context, tls_session::role ours) {
    tls_ = tls_session::make(std::move(plain_), context, ours);
    return tls_ != nullptr;
  }

  [[nodiscard]] failure no_memory() const {
    return failure(make_error_code(boost::system::errc::not_enough_memory),
                   "TLS handshake with " + peer_);
  }

  task<result<void>> shake() {
    const error_code code = co_await tls_->handshake();
    if (code && closed_) co_return failure(errc::closed, "connection to " + peer_);
    if (code == asio::error::operation_aborted) throw boost::system::system_error(code);
    if (code) co_return handshake_failure(tls_->native_handle(), code, peer_);
    co_return result<void>();
  }

  void shut() noexcept {
    error_code ignored;
    socket().shutdown(tcp::socket::shutdown_both, ignored);
    socket().close(ignored);
  }

  task<void> say_goodbye() {
    const error_code code = co_await tls_->shutdown();
    if (code == asio::error::operation_aborted) throw boost::system::system_error(code);
  }

  [[nodiscard]] failure ended_by(const error_code& code, const char* doing) const {
    if (closed_ || code == asio::error::eof || code == ssl::error::stream_truncated) {
      return failure(errc::closed, "connection to " + peer_);
    }
    if (code == asio::error::operation_aborted) throw boost::system::system_error(code);
    return failure(code, doing + peer_);
  }

  tcp::socket plain_;
  // Keeps OpenSSL's context alive as long as the stream.
  std::optional<tls_context> context_;
  std::optional<tls_server_context> own_context_;  // the same, of a server
  std::unique_ptr<tls_session> tls_;
  std::string peer_;
  bool closed_ = false;
};

stream::stream(std::unique_ptr<impl> opened) noexcept : impl_(std::move(opened)) {}
stream::stream(stream&&) noexcept = default;
stream& stream::operator=(stream&&) noexcept = default;
stream::~stream() = default;

task<result<std::size_t>> stream::read_some(char* data, std::size_t size) {
  return impl_->read_some(data, size);
}

task<result<void>> stream::write_all(std::string_view data) {
  return impl_->write_all(data);
}

task<result<void>> stream::start_tls(mynah::clock& clock, mynah::clock::duration limit,
                                     tls_context context, tls_peer peer) {
  return impl_->start_tls(clock, limit, std::move(context), std::move(peer));
}

task<result<void>> stream::accept_tls(mynah::clock& clock, mynah::clock::duration limit,
                                      tls_server_context context) {
  return impl_->accept_tls(clock, limit, std::move(context));
}

void stream::end_writing() noexcept {
  impl_->end_writing();
}

void stream::acknowledge() noexcept {
  impl_->acknowledge();
}

task<void> stream::close(mynah::clock& clock, mynah::clock::duration limit) {
  return impl_->close(clock, limit);
}

void stream::abort() noexcept {
  impl_->abort();
}

bool stream::quiet() const noexcept {
  return impl_->quiet();
}

std::string stream::tls_version() const {
  return impl_->tls_version();
}

std::optional<std::string> stream::channel_binding(channel_binding_kind kind) const {
  return impl_->channel_binding(kind);
}

std::string connect_options::peer() const {
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

namespace {

// Lines are small and should leave at once; a dead peer should be noticed some day.
void prepare(tcp::socket& socket) {
  error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(tcp::socket::keep_alive(true), ignored);
}

task<result<void>> connect_socket(tcp::socket& socket, tcp::endpoint address) {
  const auto [code] = co_await socket.async_connect(address, with_code);
  if (code == asio::error::operation_aborted) throw boost::system::system_error(code);
  if (code) co_return failure(code);
  prepare(socket);
  co_return result<void>();
}

}  // namespace

stream accepted_stream(tcp::socket socket, std::string peer) {
  prepare(socket);
  return stream(std::make_unique<stream::impl>(std::move(socket), std::move(peer)));
}

task<result<stream>> connect(mynah::clock& clock, connect_options options) {
  const std::string peer = options.peer();
  auto found =
      co_await with_deadline(clock, options.resolve_limit, resolve(options.host, options.port));
  if (!found) co_return failure(found.error().code(), "looking up " + options.host);

  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  failure last(asio::error::host_not_found, "looking up " + options.host);
  const std::vector<tcp::endpoint> addresses = in_turn(*found, most_addresses);
  for (const tcp::endpoint& address : addresses) {
    tcp::socket socket(executor);
    const result<void> connected =
        co_await with_deadline(clock, options.connect_limit, connect_socket(socket, address));
    if (!connected) {
      last = failure(connected.error().code(), "connecting to " + peer);
      continue;
    }
    auto opened = std::make_unique<stream::impl>(std::move(socket), peer);
    if (options.tls) {
      tls_peer expected(options.tls_name.empty() ? options.host : options.tls_name);
      expected.alpn = options.alpn;
      expected.xmpp_names = options.xmpp_names;
      const result<void> shaken = co_await opened->start_tls(clock, options.handshake_limit,
                                                             *options.tls, std::move(expected));
      if (!shaken) {
        last = shaken.error();
        if (last.code() == errc::certificate_rejected) co_return last;
        continue;
      }
    }
    co_return stream(std::move(opened));
  }
  co_return last;
}

}  // namespace mynah::net
