// SPDX-License-Identifier: Apache-2.0
#include "net/tls_settings.hpp"

#include <string>
#include <utility>

#include <mynah/error.hpp>

namespace mynah::net {

tls_context tls_context_from(const settings& values, tls_options options) {
  const auto make = [&](const char* flag_name) {
    result<tls_context> made = tls_context::make(options);
    if (made.has_error()) {
      const failure& why = made.error();
      std::string text = values.named(flag_name) + ": " + why.describe();
      if (!options.certificate_file.empty() && options.key_file.empty()) {
        text += " (a key in another file is for client-key)";
      }
      throw settings_error(text);
    }
    return std::move(*made);
  };
  const std::string& certificate = values.text("client-cert");
  const std::string& key = values.text("client-key");
  if (certificate.empty()) {
    if (!key.empty()) {
      values.refuse("client-key", key, "no value, because there is no client-cert");
    }
    return make("ca-file");
  }
  // What is wrong with the authorities is not the certificate's fault.
  if (!options.ca_file.empty()) (void)make("ca-file");
  options.certificate_file = certificate;
  options.key_file = key;
  return make("client-cert");
}

}  // namespace mynah::net
