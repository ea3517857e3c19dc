// SPDX-License-Identifier: Apache-2.0
#include "net/xmpp_names.hpp"

#include <memory>
#include <string>
#include <string_view>

#include <openssl/crypto.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace mynah::net {

namespace {

constexpr std::string_view service = "_xmpp-client.";

class names_free {
 public:
  void operator()(GENERAL_NAMES* held) const noexcept { GENERAL_NAMES_free(held); }
};

bool same(std::string_view one, std::string_view other) noexcept {
  return one.size() == other.size() &&
         OPENSSL_strncasecmp(one.data(), other.data(), one.size()) == 0;
}

// Whether it is a name of that kind, written as that kind is, and this text.
bool is_name(const OTHERNAME& name, int kind, int written_as, std::string_view text) noexcept {
  if (OBJ_obj2nid(name.type_id) != kind || ASN1_TYPE_get(name.value) != written_as) return false;
  const ASN1_STRING* const value = name.value->value.asn1_string;
  return same({reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
               static_cast<std::size_t>(ASN1_STRING_length(value))},
              text);
}

bool has_xmpp_name(const X509* certificate, std::string_view host) {
  const std::unique_ptr<GENERAL_NAMES, names_free> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return false;
  const std::string srv_name = std::string(service).append(host);
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const each = sk_GENERAL_NAME_value(names.get(), i);
    if (each->type == GEN_OTHERNAME &&
        (is_name(*each->d.otherName, NID_SRVName, V_ASN1_IA5STRING, srv_name) ||
         is_name(*each->d.otherName, NID_XmppAddr, V_ASN1_UTF8STRING, host))) {
      return true;
    }
  }
  return false;
}

bool is_limited(const STACK_OF(X509) * chain) noexcept {
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    if (X509_get_ext_by_NID(sk_X509_value(chain, i), NID_name_constraints, -1) >= 0) return true;
  }
  return false;
}

// Called for each complaint of OpenSSL. The one that no DNS name fits is the only one to overrule;
// what is verified after it is still to come.
int verified(int accepted, X509_STORE_CTX* verifying) {
  if (accepted == 1 || X509_STORE_CTX_get_error(verifying) != X509_V_ERR_HOSTNAME_MISMATCH) {
    return accepted;
  }
  const char* const host = X509_VERIFY_PARAM_get0_host(X509_STORE_CTX_get0_param(verifying), 0);
  if (host == nullptr || is_limited(X509_STORE_CTX_get0_chain(verifying)) ||
      !has_xmpp_name(X509_STORE_CTX_get0_cert(verifying), host)) {
    return 0;
  }
  X509_STORE_CTX_set_error(verifying, X509_V_OK);
  return 1;
}

}  // namespace

void accept_xmpp_names(SSL* session) {
  X509_VERIFY_PARAM* const rules = SSL_get0_param(session);
  X509_VERIFY_PARAM_set_hostflags(
      rules, X509_VERIFY_PARAM_get_hostflags(rules) | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  SSL_set_verify(session, SSL_get_verify_mode(session), &verified);
}

}  // namespace mynah::net
