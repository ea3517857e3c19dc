// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace mynah_test {

/// The server's side of one SCRAM-SHA-256 login (RFC 7677) with a known password: made apart from
/// the client's that it is there to test. Messages are bytes.
class scram_server {
 public:
  explicit scram_server(std::string password) : password_(std::move(password)) {}

  /// The answer to the client's first message.
  std::string first(const std::string& client);
  /// The answer to its last one; empty if the proof is wrong.
  std::string last(const std::string& client);

 private:
  std::string password_;
  std::string bare_;
  std::string challenge_;
};

}  // namespace mynah_test
