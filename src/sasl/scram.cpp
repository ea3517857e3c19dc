// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "sasl/base64.hpp"
#include "sasl/mechanism.hpp"
#include "sasl/saslprep.hpp"

namespace mynah::sasl {

namespace {

constexpr std::size_t nonce_bytes = 18;
// Fewer iterations than the standard asks for make the proof cheap to guess from. More than this
// would keep everything else waiting: the key is derived where the connection lives (a quarter of a
// second at the limit, of SHA-512 half a second).
constexpr int least_iterations = 4096;
constexpr int most_iterations = 600'000;

failure refused(std::string why) {
  return {errc::authentication_failed, "SCRAM: " + std::move(why)};
}

const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text) noexcept {
  return reinterpret_cast<unsigned char*>(text.data());
}

const EVP_MD* function_of(scram_hash hash) noexcept {
  switch (hash) {
    case scram_hash::sha_1:
      return EVP_sha1();
    case scram_hash::sha_256:
      return EVP_sha256();
    case scram_hash::sha_512:
      return EVP_sha512();
  }
  return nullptr;
}

// In names `=` and `,` have a meaning.
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c == '=') {
      out += "=3D";
    } else if (c == ',') {
      out += "=2C";
    } else {
      out += c;
    }
  }
  return out;
}

// Takes `r=...` from the front, with the comma behind it; nothing if it is another attribute.
std::optional<std::string_view> take_attribute(std::string_view& rest, char name) noexcept {
  if (rest.size() < 2 || rest[0] != name || rest[1] != '=') return std::nullopt;
  const std::size_t end = std::min(rest.find(','), rest.size());
  const std::string_view value = rest.substr(2, end - 2);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return value;
}

class scram final : public mechanism {
 public:
  scram(scram_hash hash, std::string user, std::string password, std::string nonce,
        channel_binding binding)
      : hash_(function_of(hash)),
        size_(static_cast<std::size_t>(EVP_MD_get_size(hash_))),
        user_(std::move(user)),
        password_(std::move(password)),
        nonce_(std::move(nonce)),
        binding_(std::move(binding)) {}

  result<std::string> answer(std::string_view challenge) override {
    switch (step_) {
      case step::first:
        step_ = step::proof;
        return first(challenge);
      case step::proof:
        step_ = step::verify;
        return proof(challenge);
      case step::verify:
        step_ = step::over;
        return verify(challenge);
      case step::over:
        break;
    }
    return refused("the server goes on although everything is said");
  }

  [[nodiscard]] bool satisfied() const noexcept override { return verified_; }

 private:
  enum class step : unsigned char { first, proof, verify, over };

  result<std::string> first(std::string_view challenge) {
    if (!challenge.empty()) return refused("the server begins, which is ours to do");
    if (nonce_.empty()) {
      std::array<unsigned char, nonce_bytes> random{};
      if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1) {
        return refused("no random numbers");
      }
      nonce_ = base64_encoded({reinterpret_cast<const char*>(random.data()), random.size()});
    }
    const auto name = saslprep(user_, prep::name);
    if (!name || name->empty()) return refused("SASLprep does not accept the user name");
    if (binding_.binds() && binding_.data().empty()) return refused("nothing to bind the login to");
    bare_ = "n=" + escaped(*name) + ",r=" + nonce_;
    return binding_.header() + bare_;
  }

  result<std::string> proof(std::string_view challenge) {
    std::string_view rest = challenge;
    if (rest.starts_with("m=")) return refused("the server asks for an extension");
    const auto nonce = take_attribute(rest, 'r');
    const auto salt_text = take_attribute(rest, 's');
    const auto count = take_attribute(rest, 'i');
    if (!nonce || !salt_text || !count) return refused("the server's challenge is malformed");
    if (!nonce->starts_with(nonce_) || nonce->size() == nonce_.size()) {
      return refused("the server's nonce does not continue ours");
    }
    const auto salt = base64_decoded(*salt_text);
    int iterations = 0;
    const auto [end, error] =
        std::from_chars(count->data(), count->data() + count->size(), iterations);
    if (!salt || salt->empty() || error != std::errc() || end != count->data() + count->size()) {
      return refused("the server's challenge is malformed");
    }
    if (iterations < least_iterations || iterations > most_iterations) {
      return refused("the server asks for " + std::to_string(iterations) +
                     " iterations; accepted are " + std::to_string(least_iterations) + " to " +
                     std::to_string(most_iterations));
    }

    const std::string bound = base64_encoded(binding_.header() + binding_.data());
    const std::string without_proof = "c=" + bound + ",r=" + std::string(*nonce);
    const std::string all = bare_ + "," + std::string(challenge) + "," + without_proof;
    const auto password = saslprep(password_, prep::password);
    if (!password) return refused("SASLprep does not accept the password");
    std::string salted(size_, '\0');
    if (PKCS5_PBKDF2_HMAC(password->data(), static_cast<int>(password->size()), bytes_of(*salt),
                          static_cast<int>(salt->size()), iterations, hash_,
                          static_cast<int>(salted.size()), bytes_of(salted)) != 1) {
      return refused("the key cannot be derived");
    }
    const auto client_key = hmac(salted, "Client Key");
    const auto server_key = hmac(salted, "Server Key");
    if (!client_key || !server_key) return refused("the key cannot be derived");
    const auto stored_key = digest(*client_key);
    if (!stored_key) return refused("the key cannot be derived");
    const auto client_signature = hmac(*stored_key, all);
    const auto server_signature = hmac(*server_key, all);
    if (!client_signature || !server_signature) return refused("the proof cannot be made");
    expected_ = *server_signature;
    std::string proved = *client_key;
    for (std::size_t i = 0; i < proved.size(); ++i) {
      proved[i] = static_cast<char>(proved[i] ^ (*client_signature)[i]);
    }
    return without_proof + ",p=" + base64_encoded(proved);
  }

  result<std::string> verify(std::string_view challenge) {
    std::string_view rest = challenge;
    if (const auto error = take_attribute(rest, 'e')) {
      return failure(errc::authentication_failed, "the server refuses the login",
                     std::string(*error));
    }
    const auto text = take_attribute(rest, 'v');
    const auto signature = text ? base64_decoded(*text) : std::nullopt;
    if (!signature || signature->size() != expected_.size() ||
        CRYPTO_memcmp(signature->data(), expected_.data(), expected_.size()) != 0) {
      return refused("the server does not prove that it knows the password");
    }
    verified_ = true;
    return std::string();
  }

  [[nodiscard]] std::optional<std::string> hmac(const std::string& key,
                                                std::string_view text) const {
    std::string made(size_, '\0');
    if (HMAC(hash_, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
             bytes_of(made), nullptr) == nullptr) {
      return std::nullopt;
    }
    return made;
  }

  [[nodiscard]] std::optional<std::string> digest(std::string_view text) const {
    std::string made(size_, '\0');
    if (EVP_Digest(text.data(), text.size(), bytes_of(made), nullptr, hash_, nullptr) != 1) {
      return std::nullopt;
    }
    return made;
  }

  const EVP_MD* hash_;
  std::size_t size_;
  std::string user_;
  std::string password_;
  std::string nonce_;
  channel_binding binding_;
  std::string bare_;
  step step_ = step::first;
  std::string expected_;
  bool verified_ = false;
};

}  // namespace

channel_binding::channel_binding(std::string header, std::string type, std::string data)
    : header_(std::move(header)), type_(std::move(type)), data_(std::move(data)) {}

channel_binding channel_binding::not_offered() {
  return {"y,,", {}, {}};
}

channel_binding channel_binding::with(std::string type, std::string data) {
  std::string header = "p=" + type + ",,";
  return {std::move(header), std::move(type), std::move(data)};
}

std::unique_ptr<mechanism> make_scram(scram_hash hash, std::string user, std::string password,
                                      std::string nonce, channel_binding binding) {
  return std::make_unique<scram>(hash, std::move(user), std::move(password), std::move(nonce),
                                 std::move(binding));
}

}  // namespace mynah::sasl
