// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <random>

#include <mynah/address.hpp>

using mynah::address;

TEST_CASE("an address prints and reads back") {
  const auto same = [](const address& original, const std::string& text) {
    CHECK(original.to_string() == text);
    const auto read = address::parse(text);
    REQUIRE(read);
    CHECK(*read == original);
  };
  same(address("irc:libera", "#ops", "alice"), "irc:libera/#ops/alice");
  same(address("irc:libera", "alice", "alice", {}, true), "irc:libera/~alice/alice");
  same(address("slack", "C123", "U1", "1700.5"), "slack/C123/U1/1700.5");
  same(address("slack", "C123", {}, "1700.5"), "slack/C123//1700.5");
  same(address("console", "console"), "console/console");
  same(address("xmpp", "room@muc.example", "a:b/c"), "xmpp/room@muc.example/a:b%2Fc");
  same(address("irc", "~odd", "[::1]"), "irc/%7Eodd/[::1]");
  same(address("irc", "50%\n", "x"), "irc/50%25%0A/x");
}

TEST_CASE("what is no address is refused") {
  for (const char* text : {"", "irc", "a/b/c/d/e", "irc/%", "irc/%4", "irc/%zz"}) {
    CAPTURE(text);
    CHECK_FALSE(address::parse(text));
  }
}

TEST_CASE("random addresses survive printing") {
  std::mt19937 random(42);
  const auto text = [&random] {
    std::string out;
    for (auto i = random() % 8; i != 0; --i) out += static_cast<char>(random() % 256);
    return out;
  };
  for (int round = 0; round < 20'000; ++round) {
    const address original(text(), text(), text(), text(), random() % 2 == 0);
    const auto read = address::parse(original.to_string());
    REQUIRE(read);
    REQUIRE(*read == original);
  }
}

TEST_CASE("a place is input, room and thread, whoever speaks") {
  const address there("slack", "C1", "alice", "7");
  CHECK(there.same_place(address("slack", "C1", "bob", "7")));
  CHECK_FALSE(there.same_place(address("slack", "C1", "alice", "8")));
  CHECK_FALSE(there.same_place(address("irc", "C1", "alice", "7")));
}
