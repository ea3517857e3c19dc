// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include <mynah/error_code.hpp>

namespace mynah::net {

/// Which certificates TLS connections of a client accept: those that chain to the machine's default
/// authorities or, if a file is given, to the authorities in it and to no others. TLS 1.2 or later.
/// There is no way to switch verification off.
///
/// Thread safety: a handle to something that never changes; copies may be used from any thread.
class tls_context {
 public:
  /// `ca_file`: PEM file of authorities; empty for the machine's.
  ///
  /// Errors: the file cannot be read or holds no certificate; the message names it.
  [[nodiscard]] static result<tls_context> make(const std::string& ca_file = {});

  class impl;
  [[nodiscard]] impl& internals() const noexcept { return *impl_; }

 private:
  explicit tls_context(std::shared_ptr<impl> made) noexcept : impl_(std::move(made)) {}

  std::shared_ptr<impl> impl_;
};

}  // namespace mynah::net
