// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "net/channel_binding.hpp"
#include "net/tls.hpp"
#include "net/tls_server_context.hpp"

namespace mynah::net {

/// What a tls_context holds. Included by the few files that speak TLS themselves.
class tls_context::impl {
 public:
  explicit impl(std::vector<std::string> fingerprints);

  boost::asio::ssl::context context;
  std::vector<std::string> fingerprints;  ///< asked for during handshakes
};

/// What a tls_server_context holds.
class tls_server_context::impl {
 public:
  impl();

  boost::asio::ssl::context context;
};

/// Prepares a handshake: whom the certificate must be for, and what the server is told.
///
/// Errors: no certificate can be for the name; the protocol's name is too long.
[[nodiscard]] result<void> expect_peer(SSL* session, const tls_peer& peer);

/// The bytes of that kind; nothing before the end of the handshake, or where the kind is not
/// defined for this connection.
[[nodiscard]] std::optional<std::string> binding_of(SSL* session, channel_binding_kind kind);

/// Why a handshake failed: `certificate_rejected` with the reason if it was the certificate.
/// `peer` is for the message: "irc.example:6697".
[[nodiscard]] failure handshake_failure(SSL* session, const error_code& code,
                                        const std::string& peer);

}  // namespace mynah::net
