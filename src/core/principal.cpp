// SPDX-License-Identifier: Apache-2.0
#include <mynah/principal.hpp>

#include <utility>

namespace mynah {

principal::principal(std::string input, std::string id, mynah::assurance assurance,
                     std::string display)
    : input(std::move(input)),
      id(std::move(id)),
      display(std::move(display)),
      assurance(assurance) {}

std::string principal::key() const {
  std::string text;
  text.reserve(input.size() + id.size() + 12);
  if (!verified()) text += "unverified:";
  text += input;
  text += '/';
  text += id;
  return text;
}

std::vector<std::string> principal::group_keys() const {
  std::vector<std::string> keys;
  if (!verified()) return keys;
  keys.reserve(groups.size());
  for (const std::string& each : groups) keys.push_back(input + '/' + each);
  return keys;
}

}  // namespace mynah
