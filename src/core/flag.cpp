// SPDX-License-Identifier: Apache-2.0
#include <mynah/flag.hpp>

#include <utility>

namespace mynah {

flag::flag(std::string name, std::string help, flag_type type)
    : name(std::move(name)), help(std::move(help)), type(type) {}

flag& flag::fallback(std::string value) {
  default_value = std::move(value);
  return *this;
}

flag& flag::required() {
  is_required = true;
  return *this;
}

flag& flag::secret() {
  is_secret = true;
  return *this;
}

flag& flag::env(std::string variable) {
  variables.push_back(std::move(variable));
  return *this;
}

flag& flag::one_of(std::vector<std::string> allowed) {
  words = std::move(allowed);
  return *this;
}

flag& flag::range(long long lowest, long long highest) {
  low = lowest;
  high = highest;
  return *this;
}

flag& flag::check(std::function<std::optional<std::string>(const std::string&)> checker) {
  look = std::move(checker);
  return *this;
}

}  // namespace mynah
