// SPDX-License-Identifier: Apache-2.0
#include "sasl/saslprep.hpp"

#include "catch.hpp"

using namespace mynah::sasl;

TEST_CASE("SASLprep as the standard has it", "[sasl][saslprep]") {
  // RFC 4013, section 3.
  CHECK(saslprep("I\xC2\xADX", prep::password) == "IX");
  CHECK(saslprep("user", prep::password) == "user");
  CHECK(saslprep("USER", prep::password) == "USER");
  CHECK(saslprep("\xC2\xAA", prep::password) == "a");
  CHECK(saslprep("\xE2\x85\xA8", prep::password) == "IX");
  CHECK_FALSE(saslprep("\x07", prep::password));
  CHECK_FALSE(saslprep("\xD8\xA7\x31", prep::password));
}

TEST_CASE("one form for what looks alike", "[sasl][saslprep]") {
  // A letter with its accent, in one piece and in two; a no-break space.
  CHECK(saslprep("caf\xC3\xA9", prep::name) == "caf\xC3\xA9");
  CHECK(saslprep("cafe\xCC\x81", prep::name) == "caf\xC3\xA9");
  CHECK(saslprep("a\xC2\xA0z", prep::name) == "a z");
  CHECK(saslprep("", prep::name) == "");
}

TEST_CASE("what is no text, or has a zero in it, is refused", "[sasl][saslprep]") {
  for (const prep what : {prep::name, prep::password}) {
    CHECK_FALSE(saslprep("\xC3", what));
    CHECK_FALSE(saslprep("\xFF\xFE", what));
    CHECK_FALSE(saslprep("\xED\xA0\x80", what));
    CHECK_FALSE(saslprep(std::string_view("a\0b", 3), what));
  }
}

TEST_CASE("characters newer than the standard are for names only", "[sasl][saslprep]") {
  const std::string_view smile = "\xF0\x9F\x98\x80";
  CHECK(saslprep(smile, prep::name) == smile);
  CHECK_FALSE(saslprep(smile, prep::password));
}
