// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <random>

#include "catch.hpp"
#include "net/srv.hpp"

using mynah::net::in_order;
using mynah::net::random_number;
using mynah::net::srv_target;

namespace {

random_number seeded(unsigned seed) {
  return [engine = std::mt19937(seed)](std::uint32_t most) mutable {
    return std::uniform_int_distribution<std::uint32_t>(0, most)(engine);
  };
}

srv_target target(const std::string& host, std::uint16_t priority, std::uint16_t weight) {
  return {"_x._tcp", host, 1, priority, weight};
}

std::string hosts(const std::vector<srv_target>& targets) {
  std::string text;
  for (const srv_target& each : targets) text += each.host + " ";
  return text;
}

}  // namespace

TEST_CASE("lower priorities come first, whatever the weights are", "[net][srv]") {
  const random_number random = seeded(1);
  for (int i = 0; i < 100; ++i) {
    CHECK(hosts(in_order({target("c", 30, 65535), target("a", 1, 0), target("b", 20, 1)},
                         random)) == "a b c ");
  }
  CHECK(in_order({}, random).empty());
  CHECK(hosts(in_order({target("a", 65535, 65535)}, random)) == "a ");
}

TEST_CASE("weights are shares", "[net][srv]") {
  const random_number random = seeded(2);
  constexpr int rounds = 20'000;
  std::map<std::string, int> first;
  std::map<std::string, int> second;
  for (int i = 0; i < rounds; ++i) {
    const auto ordered =
        in_order({target("a", 1, 100), target("b", 1, 300), target("c", 1, 600)}, random);
    REQUIRE(ordered.size() == 3);
    ++first[ordered[0].host];
    if (ordered[0].host == "c") ++second[ordered[1].host];
  }
  const auto share = [](int count, int of) { return static_cast<double>(count) / of; };
  CHECK(share(first["a"], rounds) == Approx(0.1).margin(0.01));
  CHECK(share(first["b"], rounds) == Approx(0.3).margin(0.01));
  CHECK(share(first["c"], rounds) == Approx(0.6).margin(0.01));
  // And so among those that are left.
  CHECK(share(second["a"], first["c"]) == Approx(0.25).margin(0.015));
}

TEST_CASE("weight zero has a small chance", "[net][srv]") {
  const random_number random = seeded(3);
  int first = 0;
  for (int i = 0; i < 20'000; ++i) {
    if (in_order({target("a", 1, 9), target("zero", 1, 0)}, random)[0].host == "zero") ++first;
  }
  CHECK(static_cast<double>(first) / 20'000 == Approx(0.1).margin(0.01));
  // Nothing is to be chosen among equal ones.
  CHECK(hosts(in_order({target("a", 1, 0), target("b", 1, 0), target("c", 1, 0)}, random)) ==
        "a b c ");
}

TEST_CASE("the ends of the random numbers choose the ends", "[net][srv]") {
  const std::vector<srv_target> targets = {target("a", 1, 1), target("zero", 1, 0),
                                           target("b", 1, 65535)};
  CHECK(hosts(in_order(targets, [](std::uint32_t) { return 0U; })) == "zero a b ");
  CHECK(hosts(in_order(targets, [](std::uint32_t most) { return most; })) == "b a zero ");
}

TEST_CASE("the targets of several services are one set", "[net][srv]") {
  const random_number random = seeded(4);
  int direct_first = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto ordered = in_order({{"_xmpps-client._tcp", "a.test", 5223, 5, 50},
                                   {"_xmpps-client._tcp", "last.test", 5223, 9, 50},
                                   {"_xmpp-client._tcp", "b.test", 5222, 5, 50},
                                   {"_xmpp-client._tcp", "first.test", 5222, 1, 0}},
                                  random);
    REQUIRE(ordered.size() == 4);
    CHECK(ordered[0].host == "first.test");
    CHECK(ordered[0].service == "_xmpp-client._tcp");
    CHECK(ordered[0].port == 5222);
    CHECK(ordered[3].host == "last.test");
    if (ordered[1].service == "_xmpps-client._tcp") ++direct_first;
  }
  CHECK(direct_first > 400);
  CHECK(direct_first < 600);
}
