// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>

#include "net/tls.hpp"

namespace mynah::net {

/// What a tls_context holds. Included by the few files that speak TLS themselves.
class tls_context::impl {
 public:
  explicit impl(std::vector<std::string> fingerprints);

  boost::asio::ssl::context context;
  std::vector<std::string> fingerprints;  ///< asked for during handshakes
};

/// Prepares a handshake: the certificate must be for `host` (a DNS name or an IP address), and the
/// server is told the name if it is one. False if OpenSSL refuses the host.
[[nodiscard]] bool expect_host(SSL* session, const std::string& host);

/// Why a handshake failed: `certificate_rejected` with the reason if it was the certificate.
/// `peer` is for the message: "irc.example:6697".
[[nodiscard]] failure handshake_failure(SSL* session, const error_code& code,
                                        const std::string& peer);

}  // namespace mynah::net
