// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <mynah/error_code.hpp>

namespace mynah::net {

/// What a server shows of itself in TLS connections, 1.2 or later. Clients are not asked for
/// certificates.
///
/// Thread safety: a handle to something that never changes; copies may be used from any thread.
class tls_server_context {
 public:
  /// Files are PEM; `certificate_file` has the chain behind the certificate, `key_file` may be
  /// empty: the key is in the same file.
  ///
  /// Errors: a file cannot be read or does not hold what it should; key and certificate do not
  /// belong together; the key needs a passphrase. The message names the file, never its content.
  [[nodiscard]] static result<tls_server_context> make(const std::string& certificate_file,
                                                       const std::string& key_file);

  class impl;
  [[nodiscard]] impl& internals() const noexcept { return *impl_; }

 private:
  explicit tls_server_context(std::shared_ptr<impl> made) noexcept : impl_(std::move(made)) {}

  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::net
