// SPDX-License-Identifier: Apache-2.0
#include "scram_server.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "sasl/base64.hpp"

namespace mynah_test {

using mynah::sasl::base64_decoded;
using mynah::sasl::base64_encoded;

namespace {

constexpr int iterations = 4096;
const std::string salt = "mynah test salt";

std::string hmac(const std::string& key, const std::string& text) {
  unsigned char made[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), made, &size);
  return {reinterpret_cast<const char*>(made), size};
}

std::string hash(const std::string& text) {
  unsigned char made[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), made, &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<const char*>(made), size};
}

}  // namespace

std::string scram_server::first(const std::string& client) {
  // n,,n=<user>,r=<nonce>; in place of `n` also `y` or `p=<type>`
  const std::size_t end = client.find(',', client.find(',') + 1);
  header_ = client.substr(0, std::min(end, client.size() - 1) + 1);
  bare_ = client.substr(header_.size());
  const std::string nonce = bare_.substr(bare_.find("r=") + 2);
  challenge_ =
      "r=" + nonce + "server,s=" + base64_encoded(salt) + ",i=" + std::to_string(iterations);
  return challenge_;
}

std::string scram_server::last(const std::string& client) {
  // c=biws,r=<nonces>,p=<proof>
  const std::size_t comma = client.rfind(",p=");
  if (comma == std::string::npos) return {};
  const std::string bound = header_ + (header_.starts_with("p=") ? binding_ : "");
  if (!client.starts_with("c=" + base64_encoded(bound) + ",")) return {};
  const std::string all = bare_ + "," + challenge_ + "," + client.substr(0, comma);
  std::string salted(32, '\0');
  PKCS5_PBKDF2_HMAC(password_.data(), static_cast<int>(password_.size()),
                    reinterpret_cast<const unsigned char*>(salt.data()),
                    static_cast<int>(salt.size()), iterations, EVP_sha256(), 32,
                    reinterpret_cast<unsigned char*>(salted.data()));
  const std::string stored = hash(hmac(salted, "Client Key"));
  const std::string signature = hmac(stored, all);
  std::string key = base64_decoded(client.substr(comma + 3)).value_or("");
  if (key.size() != signature.size()) return {};
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<char>(key[i] ^ signature[i]);
  if (hash(key) != stored) return {};
  return "v=" + base64_encoded(hmac(hmac(salted, "Server Key"), all));
}

}  // namespace mynah_test
