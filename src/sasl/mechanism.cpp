// SPDX-License-Identifier: Apache-2.0
#include "sasl/mechanism.hpp"

#include <utility>

namespace mynah::sasl {

std::unique_ptr<mechanism> make_mechanism(std::string_view name, std::string user,
                                          std::string password, std::string nonce) {
  if (name == "EXTERNAL") return make_external(std::move(user));
  if (name == "PLAIN") return make_plain(std::move(user), std::move(password));
  const auto scram = [&](scram_hash hash) {
    return make_scram(hash, std::move(user), std::move(password), std::move(nonce));
  };
  if (name == "SCRAM-SHA-512") return scram(scram_hash::sha_512);
  if (name == "SCRAM-SHA-256") return scram(scram_hash::sha_256);
  if (name == "SCRAM-SHA-1") return scram(scram_hash::sha_1);
  return nullptr;
}

}  // namespace mynah::sasl
