// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

#include "net/channel_binding.hpp"
#include "net/tls.hpp"
#include "net/tls_server_context.hpp"

namespace mynah::net {

/// Where to connect, and how patient to be.
class connect_options {
 public:
  connect_options(std::string host, std::uint16_t port) : host(std::move(host)), port(port) {}

  /// `host:port`, with brackets round an IPv6 address; for messages.
  [[nodiscard]] std::string peer() const;

  std::string host;  ///< a name, or an IPv4 or IPv6 address without brackets
  std::uint16_t port;
  std::optional<tls_context> tls;  ///< none: plain TCP
  std::string tls_name;            ///< see tls_peer::name; empty: `host`
  std::string alpn;                ///< see tls_peer::alpn
  bool xmpp_names = false;         ///< see tls_peer::xmpp_names
  std::chrono::milliseconds resolve_limit = std::chrono::seconds(10);  ///< looking the name up
  std::chrono::milliseconds connect_limit = std::chrono::seconds(10);  ///< for each address
  std::chrono::milliseconds handshake_limit = std::chrono::seconds(10);
};

/// A TCP connection, with TLS or without.
///
/// Executor and thread safety: all members on the executor of the coroutine that connected. One
/// `read_some` and one `write_all` may be outstanding at the same time.
/// Object lifetime: must outlive its operations; destroying it closes the socket at once.
class stream {
 public:
  class impl;

  explicit stream(std::unique_ptr<impl> opened) noexcept;
  stream(stream&&) noexcept;
  stream& operator=(stream&&) noexcept;
  ~stream();

  /// Reads at least one byte into `[data, data + size)` and gives the number. `size` is not zero.
  ///
  /// Errors: errc::closed when the other side ended the connection (with TLS also when it did so
  /// without saying it, as is usual on IRC) or after `close` and `abort`; the system's otherwise.
  /// Cancellation: terminal, throws boost::system::system_error(operation_aborted); nothing that
  /// arrived is lost.
  [[nodiscard]] task<result<std::size_t>> read_some(char* data, std::size_t size);

  /// Writes everything. `data` must stay alive until it completes.
  ///
  /// Errors: as `read_some`.
  /// Cancellation: terminal, throws; part of the data may have been sent, so only closing makes
  /// sense afterwards.
  [[nodiscard]] task<result<void>> write_all(std::string_view data);

  /// Goes over to TLS on an open plain connection (STARTTLS), for at most `limit`. The certificate
  /// is verified as `connect` does. No operation may be outstanding, and what the caller has read
  /// but not yet used was not protected: it is not to be taken for part of what follows.
  ///
  /// Errors: those of `connect`'s handshake; errc::closed after `close` and `abort`;
  /// already_connected if there is TLS. After any other than the last the connection is closed.
  /// Cancellation: terminal, throws; the connection is then closed.
  /// Object lifetime: the clock must outlive the operation.
  [[nodiscard]] task<result<void>> start_tls(mynah::clock& clock, mynah::clock::duration limit,
                                             tls_context context, tls_peer peer);

  /// The same as a server, on a connection that was accepted: shows the context's certificate.
  [[nodiscard]] task<result<void>> accept_tls(mynah::clock& clock, mynah::clock::duration limit,
                                              tls_server_context context);

  /// Says that nothing more will be written; what the other side still sends can be read.
  void end_writing() noexcept;

  /// Ends the connection, with TLS by saying so and waiting at most `limit` for the answer; not at
  /// all if it is zero.
  /// Outstanding operations end with errc::closed. May be repeated.
  [[nodiscard]] task<void> close(mynah::clock& clock, mynah::clock::duration limit);

  /// Ends the connection at once.
  void abort() noexcept;

  /// Tells the other side now that its bytes have come, where nothing is said in return that would
  /// tell it. One that sends in small pieces and waits for each (Nagle) else waits for 40 ms. Does
  /// nothing if it has been told.
  void acknowledge() noexcept;

  /// Whether the connection is open and nothing has come that was not read, neither bytes nor the
  /// end: one that is kept for later can be used, as far as can be seen. Asks the system.
  [[nodiscard]] bool quiet() const noexcept;

  /// "TLS 1.3"; empty without TLS.
  [[nodiscard]] std::string tls_version() const;

  /// What a login can be bound to; nothing without TLS, or where its version or the certificate has
  /// nothing of this kind.
  [[nodiscard]] std::optional<std::string> channel_binding(channel_binding_kind kind) const;

 private:
  std::unique_ptr<impl> impl_;
};

/// Looks the name up, tries its addresses (IPv6 and IPv4 in turn, each in the order of the
/// resolver), and does the TLS handshake: the certificate is verified, always. The next address is
/// tried unless it was the certificate that was refused.
///
/// Errors: a failure that names host, port and step; errc::timed_out when a step passed its limit,
/// errc::certificate_rejected when the server is not who it should be.
/// Cancellation: terminal, throws boost::system::system_error(operation_aborted).
/// Object lifetime: the clock must outlive the operation.
[[nodiscard]] task<result<stream>> connect(mynah::clock& clock, connect_options options);

}  // namespace mynah::net
