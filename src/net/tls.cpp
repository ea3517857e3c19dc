// SPDX-License-Identifier: Apache-2.0
#include "net/tls.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <mutex>

#include <boost/asio/ip/address.hpp>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

#include "net/tls_certificate.hpp"
#include "net/tls_context_impl.hpp"
#include "net/xmpp_names.hpp"

namespace mynah::net {

namespace ssl = boost::asio::ssl;

namespace {

constexpr std::size_t digest_length = 32;
constexpr std::size_t length_with_colons = 3 * digest_length - 1;

// Where a handshake keeps the fingerprint that it refused, for the error's text.
int refused_index() {
  static const int index = SSL_get_ex_new_index(
      0, nullptr, nullptr, nullptr, [](void*, void* kept, CRYPTO_EX_DATA*, int, long, void*) {
        delete static_cast<std::string*>(kept);
      });
  return index;
}

std::string fingerprint_of(const X509* certificate) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), bytes.data(), &size) != 1) {
    return {};
  }
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    text += digits[bytes[i] >> 4U];
    text += digits[bytes[i] & 15U];
  }
  return text;
}

// In place of OpenSSL's own verification where certificates are pinned.
int verify_pinned(X509_STORE_CTX* verifying, void* argument) {
  const auto& wanted = *static_cast<const std::vector<std::string>*>(argument);
  const std::string shown = fingerprint_of(X509_STORE_CTX_get0_cert(verifying));
  if (!shown.empty() && std::find(wanted.begin(), wanted.end(), shown) != wanted.end()) {
    X509_STORE_CTX_set_error(verifying, X509_V_OK);
    return 1;
  }
  X509_STORE_CTX_set_error(verifying, X509_V_ERR_CERT_REJECTED);
  auto* const session = static_cast<SSL*>(
      X509_STORE_CTX_get_ex_data(verifying, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (session != nullptr && SSL_get_ex_data(session, refused_index()) == nullptr) {
    auto kept = std::make_unique<std::string>(shown);
    if (SSL_set_ex_data(session, refused_index(), kept.get()) == 1) (void)kept.release();
  }
  return 0;
}

// Differs when the options do, or one of the files does.
std::string key_of(const tls_options& options) {
  std::string key;
  for (const std::string& file : {options.ca_file, options.certificate_file, options.key_file}) {
    struct stat facts{};
    const bool there = !file.empty() && ::stat(file.c_str(), &facts) == 0;
    key += file + '\0';
    if (there) {
      key += std::to_string(facts.st_ino) + ' ' + std::to_string(facts.st_size) + ' ' +
             std::to_string(facts.st_mtim.tv_sec) + ' ' + std::to_string(facts.st_mtim.tv_nsec);
    }
    key += '\0';
  }
  for (const std::string& each : options.fingerprints) key += each;
  return key;
}

result<std::shared_ptr<tls_context::impl>> make_impl(const tls_options& options) {
  auto made = std::make_shared<tls_context::impl>(options.fingerprints);
  error_code code;
  if (options.ca_file.empty()) {
    made->context.set_default_verify_paths(code);
    if (code) return failure(code, "loading the machine's certificate authorities");
  } else {
    made->context.load_verify_file(options.ca_file, code);
    if (code)
      return failure(code, "loading certificate authorities from '" + options.ca_file + "'");
  }
  if (!options.certificate_file.empty()) {
    const result<void> shown =
        load_certificate(made->context, options.certificate_file, options.key_file, "client");
    if (shown.has_error()) return shown.error();
  }
  return made;
}

// False if OpenSSL refuses the host.
bool expect_host(SSL* session, const std::string& host) {
  error_code not_an_address;
  boost::asio::ip::make_address(host, not_an_address);
  X509_VERIFY_PARAM* const rules = SSL_get0_param(session);
  if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1;

  // A trailing dot says that the name is complete; certificates and SNI have it without.
  std::string name = host;
  if (name.ends_with('.')) name.pop_back();
  // An empty name would mean "do not compare".
  if (name.empty()) return false;
  X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return X509_VERIFY_PARAM_set1_host(rules, name.c_str(), name.size()) == 1 &&
         // SSL_set_tlsext_host_name without its C cast.
         SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name.data()) ==
             1;
}

bool offer_protocol(SSL* session, const std::string& name) {
  if (name.size() > std::numeric_limits<unsigned char>::max()) return false;
  std::vector<unsigned char> list{static_cast<unsigned char>(name.size())};
  list.insert(list.end(), name.begin(), name.end());
  // Zero is success here, in contrast to everything else in OpenSSL.
  return SSL_set_alpn_protos(session, list.data(), static_cast<unsigned>(list.size())) == 0;
}

}  // namespace

std::optional<std::string> parse_fingerprint(std::string_view text) {
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // Between bytes only, as `openssl x509 -fingerprint` writes it.
    if (c == ':' && i % 3 == 2) continue;
    if (c >= 'A' && c <= 'F') {
      digits += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) {
      digits += c;
    } else {
      return std::nullopt;
    }
  }
  // All of the colons or none.
  if (digits.size() != 2 * digest_length ||
      (text.size() != digits.size() && text.size() != length_with_colons)) {
    return std::nullopt;
  }
  return digits;
}

tls_context::impl::impl(std::vector<std::string> pinned)
    : context(ssl::context::tls_client), fingerprints(std::move(pinned)) {
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression);
  context.set_verify_mode(ssl::verify_peer);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  // A connection stays what was verified, and what a login was bound to.
  context.set_options(SSL_OP_NO_RENEGOTIATION);
  if (!fingerprints.empty()) {
    SSL_CTX_set_cert_verify_callback(context.native_handle(), &verify_pinned, &fingerprints);
  }
}

result<tls_context> tls_context::make(const tls_options& options) {
  static std::mutex mutex;
  static std::map<std::string, std::weak_ptr<impl>> known;
  const std::string key = key_of(options);
  const std::lock_guard lock(mutex);
  if (const auto found = known.find(key); found != known.end()) {
    if (auto alive = found->second.lock()) return tls_context(std::move(alive));
  }
  result<std::shared_ptr<impl>> made = make_impl(options);
  if (made.has_error()) return made.error();
  std::erase_if(known, [](const auto& each) { return each.second.expired(); });
  known[key] = *made;
  return tls_context(std::move(*made));
}

result<void> expect_peer(SSL* session, const tls_peer& peer) {
  if (!expect_host(session, peer.name)) {
    return failure(errc::certificate_rejected,
                   "no certificate can be for the host '" + peer.name + "'");
  }
  if (peer.xmpp_names) accept_xmpp_names(session);
  if (!peer.alpn.empty() && !offer_protocol(session, peer.alpn)) {
    return failure(make_error_code(boost::system::errc::invalid_argument),
                   "offering the protocol '" + peer.alpn + "' in TLS");
  }
  return {};
}

failure handshake_failure(SSL* session, const error_code& code, const std::string& peer) {
  const long verdict = SSL_get_verify_result(session);
  if (const void* refused = SSL_get_ex_data(session, refused_index()); refused != nullptr) {
    return failure(errc::certificate_rejected,
                   "the certificate of " + peer + " is refused: its SHA-256 fingerprint is " +
                       *static_cast<const std::string*>(refused) + ", which is not expected");
  }
  if (verdict != X509_V_OK) {
    return failure(errc::certificate_rejected, "the certificate of " + peer + " is refused: " +
                                                   X509_verify_cert_error_string(verdict));
  }
  return failure(code, "TLS handshake with " + peer);
}

}  // namespace mynah::net
