// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mynah_test {

/// The server's side of one SCRAM-SHA-256 login (RFC 7677) with a known password, with -PLUS or
/// without: made apart from the client's that it is there to test. Messages are bytes.
class scram_server {
 public:
  /// `binding`: what a login that is bound must be bound to, of whatever type.
  explicit scram_server(std::string password, std::string binding = {})
      : password_(std::move(password)), binding_(std::move(binding)) {}

  /// The answer to the client's first message.
  std::string first(const std::string& client);
  /// The answer to its last one; empty if the proof is wrong, or the binding.
  std::string last(const std::string& client);

 private:
  std::string password_;
  std::string binding_;
  std::string header_;
  std::string bare_;
  std::string challenge_;
};

}  // namespace mynah_test
