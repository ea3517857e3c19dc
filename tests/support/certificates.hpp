// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "temp_directory.hpp"

namespace mynah_test {

/// A certificate and its key, as files.
class certificate {
 public:
  certificate(std::string file, std::string key_file)
      : file(std::move(file)), key_file(std::move(key_file)) {}

  std::string file;
  std::string key_file;
};

/// The SHA-256 of the certificate in a file, or another hash, as the `openssl` program prints it
/// ("AB:CD:...").
[[nodiscard]] std::string fingerprint_of(const std::string& file,
                                         const std::string& hash = "sha256");

/// A certificate authority of a test's own, made by the `openssl` program in a fresh directory.
class certificate_authority {
 public:
  /// `limits`: names that it may issue certificates for, as OpenSSL writes them:
  /// "permitted;DNS:irc.test"; empty: any.
  explicit certificate_authority(const std::string& limits = {});

  /// The authority's own certificate (PEM).
  [[nodiscard]] const std::string& file() const noexcept { return file_; }

  /// A certificate, good for servers and clients; `names` as OpenSSL writes them:
  /// "DNS:irc.test,IP:127.0.0.1"; empty: none but the subject's. With less than one day it has
  /// expired already.
  certificate issue(const std::string& names, int days = 2);
  /// One that signed itself, with ECDSA and that hash; or with "ed25519".
  certificate self_signed(const std::string& names, const std::string& signature = "sha256");
  /// The same certificate with its key encrypted with a passphrase.
  certificate encrypted(const certificate& of);

 private:
  void openssl(std::vector<std::string> arguments, const std::vector<std::string>& more = {});

  temp_directory directory_;
  std::string file_;
  int issued_ = 0;
};

}  // namespace mynah_test
