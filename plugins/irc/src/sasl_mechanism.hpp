// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <mynah/error_code.hpp>

namespace mynah::irc {

/// One attempt to log in with SASL: challenges in, answers out, both as bytes.
class sasl_mechanism {
 public:
  sasl_mechanism() = default;
  sasl_mechanism(const sasl_mechanism&) = delete;
  sasl_mechanism& operator=(const sasl_mechanism&) = delete;
  virtual ~sasl_mechanism() = default;

  /// The answer to a challenge; the first one is empty.
  ///
  /// Errors: errc::authentication_failed if the server does not keep to the mechanism. Then there
  /// is no way on.
  [[nodiscard]] virtual result<std::string> answer(std::string_view challenge) = 0;
  /// Whether everything was said, and the server has proved what it has to.
  [[nodiscard]] virtual bool satisfied() const noexcept = 0;
};

/// PLAIN (RFC 4616): the password itself.
[[nodiscard]] std::unique_ptr<sasl_mechanism> make_plain(std::string user, std::string password);

/// SCRAM-SHA-256 (RFC 5802, RFC 7677) without channel binding: the password is proved, not sent,
/// and the server proves that it knows it. User and password must be ASCII (there is no SASLprep
/// here). `nonce`: of printable characters without comma; empty for a random one.
[[nodiscard]] std::unique_ptr<sasl_mechanism> make_scram_sha_256(std::string user,
                                                                 std::string password,
                                                                 std::string nonce = {});

}  // namespace mynah::irc
