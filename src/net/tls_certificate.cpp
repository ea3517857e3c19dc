// SPDX-License-Identifier: Apache-2.0
#include "net/tls_certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace mynah::net {

namespace ssl = boost::asio::ssl;

namespace {

// OpenSSL would ask at the terminal.
int no_passphrase(char*, int, int, void* was_asked) {
  *static_cast<bool*>(was_asked) = true;
  return -1;
}

// A file of PEM without a key in it, such as a certificate's.
bool says_no_key(unsigned long reason) {
  return (ERR_GET_LIB(reason) == ERR_LIB_PEM && ERR_GET_REASON(reason) == PEM_R_NO_START_LINE) ||
         (ERR_GET_LIB(reason) == ERR_LIB_OSSL_DECODER &&
          ERR_GET_REASON(reason) == ERR_R_UNSUPPORTED);
}

}  // namespace

result<void> load_certificate(ssl::context& context, const std::string& file,
                              const std::string& separate_key_file, std::string_view whose) {
  const std::string& key_file = separate_key_file.empty() ? file : separate_key_file;
  const std::string certificate = std::string(whose) + " certificate";
  error_code code;
  context.use_certificate_chain_file(file, code);
  if (code) return failure(code, "loading the " + certificate + " from '" + file + "'");

  bool needs_passphrase = false;
  SSL_CTX_set_default_passwd_cb(context.native_handle(), &no_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(context.native_handle(), &needs_passphrase);
  context.use_private_key_file(key_file, ssl::context::pem, code);
  SSL_CTX_set_default_passwd_cb_userdata(context.native_handle(), nullptr);
  SSL_CTX_set_default_passwd_cb(context.native_handle(), nullptr);
  const std::string doing = "loading the key of the " + certificate + " from '" + key_file + "'";
  if (needs_passphrase) {
    return failure(code, doing + ": it is encrypted; expected a key without a passphrase");
  }
  const auto reason = static_cast<unsigned long>(code.value());
  if (code && ERR_GET_LIB(reason) == ERR_LIB_X509 &&
      ERR_GET_REASON(reason) == X509_R_KEY_VALUES_MISMATCH) {
    return failure(code, doing + ": it does not belong to the certificate in '" + file + "'");
  }
  if (code && says_no_key(reason)) return failure(code, doing + ": there is no key in it");
  if (code) return failure(code, doing);
  return {};
}

}  // namespace mynah::net
