// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sasl/mechanism.hpp"

namespace mynah::sasl {

namespace {

class hashed_token final : public mechanism {
 public:
  hashed_token(std::string user, std::string token, std::string binding)
      : user_(std::move(user)), token_(std::move(token)), binding_(std::move(binding)) {}

  result<std::string> answer(std::string_view challenge) override {
    if (!std::exchange(said_, true)) {
      if (!challenge.empty()) return refused("the server does not keep to HT");
      return user_ + '\0' + signature("Initiator");
    }
    const std::string expected = signature("Responder");
    if (satisfied_ || challenge.size() != expected.size() ||
        CRYPTO_memcmp(challenge.data(), expected.data(), expected.size()) != 0) {
      return refused("the server did not prove that it knows the token");
    }
    satisfied_ = true;
    return std::string();
  }

  [[nodiscard]] bool satisfied() const noexcept override { return satisfied_; }

 private:
  static failure refused(const char* why) { return {errc::authentication_failed, why}; }

  [[nodiscard]] std::string signature(std::string_view role) const {
    const std::string text = std::string(role) + binding_;
    std::array<unsigned char, EVP_MAX_MD_SIZE> made{};
    unsigned length = 0;
    HMAC(EVP_sha256(), token_.data(), static_cast<int>(token_.size()),
         reinterpret_cast<const unsigned char*>(text.data()), text.size(), made.data(), &length);
    return {made.begin(), made.begin() + length};
  }

  std::string user_;
  std::string token_;
  std::string binding_;
  bool said_ = false;
  bool satisfied_ = false;
};

}  // namespace

std::unique_ptr<mechanism> make_hashed_token(std::string user, std::string token,
                                             std::string binding) {
  return std::make_unique<hashed_token>(std::move(user), std::move(token), std::move(binding));
}

}  // namespace mynah::sasl
