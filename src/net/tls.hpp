// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/error_code.hpp>

namespace mynah::net {

/// Whom TLS connections of a client believe, and who they say that they are. Files are PEM.
class tls_options {
 public:
  explicit tls_options(std::string ca_file = {}) : ca_file(std::move(ca_file)) {}

  std::string ca_file;           ///< authorities to accept; empty: the machine's
  std::string certificate_file;  ///< to show to the server, its chain behind it; empty: none
  std::string key_file;          ///< of that certificate; empty: in the same file
  /// If there are any, the server's certificate must be one of these (`parse_fingerprint`), and
  /// neither who issued it nor the host in it is looked at.
  std::vector<std::string> fingerprints;
};

/// The SHA-256 of a certificate, 64 hexadecimal digits with colons between bytes or without, in the
/// one form used here; nothing if it is no such text.
[[nodiscard]] std::optional<std::string> parse_fingerprint(std::string_view text);

/// Which certificates TLS connections of a client accept: those that chain to the machine's default
/// authorities or, if a file is given, to the authorities in it and to no others; or those of given
/// fingerprints. TLS 1.2 or later. There is no way to switch verification off.
///
/// Thread safety: a handle to something that never changes; copies may be used from any thread.
class tls_context {
 public:
  /// Equal options share one context as long as anybody has it, unless a file has changed
  /// meanwhile: a process with many connections holds certificates once.
  ///
  /// Errors: a file cannot be read or does not hold what it should; key and certificate do not
  /// belong together; the key needs a passphrase. The message names the file, never its content.
  [[nodiscard]] static result<tls_context> make(const tls_options& options = tls_options());

  class impl;
  [[nodiscard]] impl& internals() const noexcept { return *impl_; }

 private:
  explicit tls_context(std::shared_ptr<impl> made) noexcept : impl_(std::move(made)) {}

  std::shared_ptr<impl> impl_;
};

/// Whom a TLS connection is made with, and what for.
class tls_peer {
 public:
  explicit tls_peer(std::string name) : name(std::move(name)) {}

  /// Whom the certificate must be for: a DNS name in ASCII or an IP address. The server is told
  /// names (SNI), never addresses.
  std::string name;
  std::string alpn;         ///< protocol to offer (RFC 7301): "xmpp-client"; empty: none
  bool xmpp_names = false;  ///< the certificate may name it as SRVName or XmppAddr, too (RFC 6120)
};

}  // namespace mynah::net
