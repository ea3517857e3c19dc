// SPDX-License-Identifier: Apache-2.0
#include "net/server_address.hpp"

#include <vector>

#include "catch.hpp"

using mynah::net::server_address;

TEST_CASE("addresses of servers", "[net][server_address]") {
  struct row {
    const char* text;
    const char* host;
    int port;
  };
  const std::vector<row> good = {
      {"irc.test", "irc.test", 0},
      {"irc.test:6667", "irc.test", 6667},
      {"127.0.0.1:1", "127.0.0.1", 1},
      {"[::1]", "::1", 0},
      {"[2001:db8::1]:65535", "2001:db8::1", 65535},
  };
  for (const row& each : good) {
    CAPTURE(each.text);
    const auto got = server_address::parse(each.text);
    REQUIRE(got);
    CHECK(got->host == each.host);
    CHECK(got->port.value_or(0) == each.port);
  }
  for (const char* bad : {"",
                          ":6667",
                          "irc.test:",
                          "irc.test:0",
                          "irc.test:65536",
                          "irc.test:x",
                          "irc.test:66 67",
                          "::1",
                          "[::1",
                          "[]:1",
                          "[irc.test]:1",
                          "[::1]6667",
                          "irc test",
                          "ircs://irc.test",
                          "a@b",
                          "irc..test",
                          ".",
                          ".test",
                          "[1:2:3]:6667",
                          "[abc.def:1]:6667"}) {
    CAPTURE(bad);
    CHECK_FALSE(server_address::parse(bad));
  }
}

TEST_CASE("hosts without a port", "[net][server_address]") {
  CHECK(server_address::parse_host("irc.test") == "irc.test");
  CHECK(server_address::parse_host("irc.test.") == "irc.test.");
  CHECK(server_address::parse_host("127.0.0.1") == "127.0.0.1");
  CHECK(server_address::parse_host("::1") == "::1");
  CHECK(server_address::parse_host("[2001:db8::1]") == "2001:db8::1");
  for (const char* bad : {"", " ", "irc.test:6667", "[::1]:6667", "[irc.test]", "[]", "[::1",
                          "1:2:3", "http://irc.test", "irc test", "irc.test/", "irc..test"}) {
    CAPTURE(bad);
    CHECK_FALSE(server_address::parse_host(bad));
  }
}
