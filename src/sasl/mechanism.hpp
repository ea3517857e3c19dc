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

/// What SCRAM says about the TLS connection that it runs in (RFC 5802, section 6): nothing, unless
/// made in another way.
class channel_binding {
 public:
  channel_binding() = default;
  /// We could bind, and the server has offered no mechanism that does: it will refuse if somebody
  /// has taken them out of its offer.
  [[nodiscard]] static channel_binding not_offered();
  /// The login holds for this connection only. `type`: the registered name ("tls-exporter");
  /// `data`: what that type consists of, as bytes.
  [[nodiscard]] static channel_binding with(std::string type, std::string data);

  /// Whether the login is bound: then, and only then, the mechanism is one of those with -PLUS.
  [[nodiscard]] bool binds() const noexcept { return !type_.empty(); }
  /// What the first message begins with: "n,,", "y,,", or "p=tls-exporter,,".
  [[nodiscard]] const std::string& header() const noexcept { return header_; }
  [[nodiscard]] const std::string& data() const noexcept { return data_; }

 private:
  channel_binding(std::string header, std::string type, std::string data);

  std::string header_ = "n,,";
  std::string type_;
  std::string data_;
};

/// SCRAM (RFC 5802, RFC 7677): the password is proved, not sent, and the server proves that it
/// knows it, and, where the login is bound, that it is the other end of this connection. User and
/// password are prepared with SASLprep. `nonce`: of printable characters without comma; empty for a
/// random one.
[[nodiscard]] std::unique_ptr<mechanism> make_scram(scram_hash hash, std::string user,
                                                    std::string password, std::string nonce = {},
                                                    channel_binding binding = {});

/// HT with SHA-256 (draft-schmaus-kitten-sasl-ht; XEP-0484): a token that the server gave before is
/// proved, not sent, and the server proves that it knows it. `binding`: bytes of the channel
/// binding that the name of the mechanism ends with (EXPR, ENDP, UNIQ); empty for NONE.
[[nodiscard]] std::unique_ptr<mechanism> make_hashed_token(std::string user, std::string token,
                                                           std::string binding = {});

/// The mechanism with this registered name ("SCRAM-SHA-256"); null if there is none here, or if the
/// name says -PLUS and nothing is bound, or the other way round. `binding` is for SCRAM.
[[nodiscard]] std::unique_ptr<mechanism> make_mechanism(std::string_view name, std::string user,
                                                        std::string password,
                                                        std::string nonce = {},
                                                        channel_binding binding = {});

}  // namespace mynah::sasl
