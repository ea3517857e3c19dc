// SPDX-License-Identifier: Apache-2.0
#include "net/address_order.hpp"

#include <algorithm>
#include <array>

namespace mynah::net {

using boost::asio::ip::tcp;

std::vector<tcp::endpoint> in_turn(const std::vector<tcp::endpoint>& addresses, std::size_t most) {
  // Of the family of the first, and of the other.
  std::array<std::vector<tcp::endpoint>, 2> families;
  for (const tcp::endpoint& each : addresses) {
    families[each.protocol() == addresses.front().protocol() ? 0 : 1].push_back(each);
  }
  std::vector<tcp::endpoint> ordered;
  for (std::size_t i = 0; i < std::max(families[0].size(), families[1].size()); ++i) {
    for (const std::vector<tcp::endpoint>& family : families) {
      if (i < family.size() && ordered.size() < most) ordered.push_back(family[i]);
    }
  }
  return ordered;
}

}  // namespace mynah::net
