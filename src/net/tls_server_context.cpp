// SPDX-License-Identifier: Apache-2.0
#include "net/tls_server_context.hpp"

#include <openssl/ssl.h>

#include "net/tls_certificate.hpp"
#include "net/tls_context_impl.hpp"

namespace mynah::net {

namespace ssl = boost::asio::ssl;

tls_server_context::impl::impl() : context(ssl::context::tls_server) {
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression |
                      SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
}

result<tls_server_context> tls_server_context::make(const std::string& certificate_file,
                                                    const std::string& key_file) {
  auto made = std::make_shared<impl>();
  const result<void> loaded = load_certificate(made->context, certificate_file, key_file, "server");
  if (loaded.has_error()) return loaded.error();
  return tls_server_context(std::move(made));
}

}  // namespace mynah::net
