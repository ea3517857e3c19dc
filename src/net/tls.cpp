// SPDX-License-Identifier: Apache-2.0
#include "net/tls.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include "net/tls_context_impl.hpp"

namespace mynah::net {

namespace ssl = boost::asio::ssl;

tls_context::impl::impl() : context(ssl::context::tls_client) {
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression);
  context.set_verify_mode(ssl::verify_peer);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
}

result<tls_context> tls_context::make(const std::string& ca_file) {
  auto made = std::make_shared<impl>();
  error_code code;
  if (ca_file.empty()) {
    made->context.set_default_verify_paths(code);
    if (code) return failure(code, "loading the machine's certificate authorities");
  } else {
    made->context.load_verify_file(ca_file, code);
    if (code) return failure(code, "loading certificate authorities from '" + ca_file + "'");
  }
  return tls_context(std::move(made));
}

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

failure handshake_failure(SSL* session, const error_code& code, const std::string& peer) {
  const long verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK) {
    return failure(errc::certificate_rejected, "the certificate of " + peer + " is refused: " +
                                                   X509_verify_cert_error_string(verdict));
  }
  return failure(code, "TLS handshake with " + peer);
}

}  // namespace mynah::net
