// SPDX-License-Identifier: Apache-2.0
#include "net/address_order.hpp"

#include "catch.hpp"

using boost::asio::ip::make_address;
using boost::asio::ip::tcp;
using mynah::net::in_turn;

namespace {

std::string ordered(const std::vector<const char*>& given, std::size_t most = 8) {
  std::vector<tcp::endpoint> addresses;
  for (const char* each : given) addresses.emplace_back(make_address(each), 6697);
  std::string text;
  for (const tcp::endpoint& each : in_turn(addresses, most)) {
    text += each.address().to_string() + " ";
    CHECK(each.port() == 6697);
  }
  return text;
}

}  // namespace

TEST_CASE("both families are tried in turn", "[net]") {
  CHECK(ordered({}).empty());
  CHECK(ordered({"10.0.0.1"}) == "10.0.0.1 ");
  CHECK(ordered({"::1", "10.0.0.1"}) == "::1 10.0.0.1 ");
  CHECK(ordered({"::1", "::2", "::3", "10.0.0.1", "10.0.0.2"}) == "::1 10.0.0.1 ::2 10.0.0.2 ::3 ");
  CHECK(ordered({"10.0.0.1", "10.0.0.2", "::1"}) == "10.0.0.1 ::1 10.0.0.2 ");
}

TEST_CASE("a pool of one family does not hide the other", "[net]") {
  CHECK(ordered({"::1", "::2", "::3", "::4", "10.0.0.1"}, 3) == "::1 10.0.0.1 ::2 ");
  CHECK(ordered({"::1", "10.0.0.1"}, 1) == "::1 ");
}
