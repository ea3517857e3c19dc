// SPDX-License-Identifier: Apache-2.0
// An address that was read is written and read again as the same; so is one made of any parts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <mynah/address.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  const auto again = [](const mynah::address& address) {
    const auto read = mynah::address::parse(address.to_string());
    if (!read || *read != address) std::abort();
  };
  if (const auto read = mynah::address::parse(input)) again(*read);

  std::vector<std::string> parts(1);
  for (const char c : input) {
    if (c == '\n' && parts.size() < 5) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  parts.resize(5);
  if (!parts[0].empty() && !parts[1].empty()) {
    again(mynah::address(parts[0], parts[1], parts[2], parts[3], !parts[4].empty()));
  }
  return 0;
}
