// SPDX-License-Identifier: Apache-2.0
#include "sasl/mechanism.hpp"

#include <utility>

namespace mynah::sasl {

std::unique_ptr<mechanism> make_mechanism(std::string_view name, std::string user,
                                          std::string password, std::string nonce,
                                          channel_binding binding) {
  if (name == "EXTERNAL") return make_external(std::move(user));
  if (name == "PLAIN") return make_plain(std::move(user), std::move(password));
  constexpr std::string_view bound = "-PLUS";
  if (name.ends_with(bound) != binding.binds()) return nullptr;
  if (binding.binds()) name.remove_suffix(bound.size());
  const auto scram = [&](scram_hash hash) {
    return make_scram(hash, std::move(user), std::move(password), std::move(nonce),
                      std::move(binding));
  };
  if (name == "SCRAM-SHA-512") return scram(scram_hash::sha_512);
  if (name == "SCRAM-SHA-256") return scram(scram_hash::sha_256);
  if (name == "SCRAM-SHA-1") return scram(scram_hash::sha_1);
  return nullptr;
}

}  // namespace mynah::sasl
