// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <mynah/error_code.hpp>

namespace mynah::sasl {

/// One attempt to log in with SASL (RFC 4422): challenges in, answers out, both as bytes. How they
/// are framed is the protocol's.
class mechanism {
 public:
  mechanism() = default;
  mechanism(const mechanism&) = delete;
  mechanism& operator=(const mechanism&) = delete;
  virtual ~mechanism() = default;

  /// The answer to a challenge; the first one is empty.
  ///
  /// Errors: errc::authentication_failed if the server does not keep to the mechanism. Then there
  /// is no way on.
  [[nodiscard]] virtual result<std::string> answer(std::string_view challenge) = 0;
  /// Whether everything was said, and the server has proved what it has to.
  [[nodiscard]] virtual bool satisfied() const noexcept = 0;
};

/// EXTERNAL (RFC 4422, appendix A): who we are is known already, by the certificate shown in TLS.
/// `user`: the account; empty: the one that the certificate belongs to.
[[nodiscard]] std::unique_ptr<mechanism> make_external(std::string user);

/// PLAIN (RFC 4616): the password itself, as it is typed; preparing it is for the server.
[[nodiscard]] std::unique_ptr<mechanism> make_plain(std::string user, std::string password);

/// What SCRAM hashes with.
enum class scram_hash : unsigned char { sha_1, sha_256, sha_512 };

/// SCRAM (RFC 5802, RFC 7677) without channel binding: the password is proved, not sent, and the
/// server proves that it knows it. User and password are prepared with SASLprep. `nonce`: of
/// printable characters without comma; empty for a random one.
[[nodiscard]] std::unique_ptr<mechanism> make_scram(scram_hash hash, std::string user,
                                                    std::string password, std::string nonce = {});

/// The mechanism with this registered name ("SCRAM-SHA-256"); null if there is none here.
[[nodiscard]] std::unique_ptr<mechanism> make_mechanism(std::string_view name, std::string user,
                                                        std::string password,
                                                        std::string nonce = {});

}  // namespace mynah::sasl
