// SPDX-License-Identifier: Apache-2.0
#include "net/channel_binding.hpp"

#include <array>
#include <optional>
#include <string>

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "net/tls_context_impl.hpp"

namespace mynah::net {

namespace {

constexpr std::size_t exported_length = 32;
constexpr std::string_view exporter_label = "EXPORTER-Channel-Binding";

using digest_bytes = std::array<unsigned char, EVP_MAX_MD_SIZE>;

std::string text_of(const digest_bytes& bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

std::optional<std::string> exported(SSL* session) {
  // Before TLS 1.3 without the extended master secret, a server in the middle can have the same
  // secret with both sides (RFC 7627).
  if (SSL_version(session) < TLS1_3_VERSION && SSL_get_extms_support(session) != 1) {
    return std::nullopt;
  }
  std::array<unsigned char, exported_length> bytes{};
  // An empty context is not the same as none in TLS 1.2.
  constexpr unsigned char empty_context = 0;
  if (SSL_export_keying_material(session, bytes.data(), bytes.size(), exporter_label.data(),
                                 exporter_label.size(), &empty_context, 0, 1) != 1) {
    return std::nullopt;
  }
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

// By the hash of the certificate's signature; where that is none, or of several, the standard
// defines nothing.
std::optional<std::string> server_end_point(SSL* session) {
  X509* const shown = SSL_get0_peer_certificate(session);
  int hash = NID_undef;
  if (shown == nullptr || X509_get_signature_info(shown, &hash, nullptr, nullptr, nullptr) != 1 ||
      hash == NID_undef) {
    return std::nullopt;
  }
  if (hash == NID_md5 || hash == NID_sha1) hash = NID_sha256;
  const EVP_MD* const function = EVP_get_digestbynid(hash);
  digest_bytes bytes{};
  unsigned size = 0;
  if (function == nullptr || X509_digest(shown, function, bytes.data(), &size) != 1) {
    return std::nullopt;
  }
  return text_of(bytes, size);
}

std::optional<std::string> unique(SSL* session) {
  if (SSL_version(session) >= TLS1_3_VERSION) return std::nullopt;
  digest_bytes bytes{};
  // The first Finished message is ours, but the server's where a session is taken up again.
  const bool resumed = SSL_session_reused(session) == 1;
  const std::size_t size = resumed ? SSL_get_peer_finished(session, bytes.data(), bytes.size())
                                   : SSL_get_finished(session, bytes.data(), bytes.size());
  if (size == 0 || size > bytes.size()) return std::nullopt;
  return text_of(bytes, size);
}

}  // namespace

std::string_view name_of(channel_binding_kind kind) noexcept {
  switch (kind) {
    case channel_binding_kind::tls_exporter:
      return "tls-exporter";
    case channel_binding_kind::tls_server_end_point:
      return "tls-server-end-point";
    case channel_binding_kind::tls_unique:
      return "tls-unique";
  }
  return {};
}

std::optional<std::string> binding_of(SSL* session, channel_binding_kind kind) {
  if (SSL_is_init_finished(session) != 1) return std::nullopt;
  switch (kind) {
    case channel_binding_kind::tls_exporter:
      return exported(session);
    case channel_binding_kind::tls_server_end_point:
      return server_end_point(session);
    case channel_binding_kind::tls_unique:
      return unique(session);
  }
  return std::nullopt;
}

}  // namespace mynah::net
