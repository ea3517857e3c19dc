// SPDX-License-Identifier: Apache-2.0
#include "casemapping.hpp"

#include "catch.hpp"

using namespace mynah::irc;

TEST_CASE("names fold by the server's mapping", "[irc][casemapping]") {
  CHECK(folded("Bot[1]\\~", casemapping::ascii) == "bot[1]\\~");
  CHECK(folded("Bot[1]\\~", casemapping::rfc1459) == "bot{1}|^");
  CHECK(folded("Bot[1]\\~", casemapping::rfc1459_strict) == "bot{1}|~");
  CHECK(folded("\xC3\x84", casemapping::rfc1459) == "\xC3\x84");
}

TEST_CASE("the same name", "[irc][casemapping]") {
  CHECK(same_name("Bot[1]", "bot{1}", casemapping::rfc1459));
  CHECK_FALSE(same_name("Bot[1]", "bot{1}", casemapping::ascii));
  CHECK_FALSE(same_name("bot", "bots", casemapping::ascii));
  CHECK(same_name("~", "^", casemapping::rfc1459));
  CHECK_FALSE(same_name("~", "^", casemapping::rfc1459_strict));
}

TEST_CASE("mappings have names", "[irc][casemapping]") {
  CHECK(casemapping_named("ascii") == casemapping::ascii);
  CHECK(casemapping_named("rfc1459") == casemapping::rfc1459);
  CHECK(casemapping_named("rfc1459-strict") == casemapping::rfc1459_strict);
  CHECK(casemapping_named("strict-rfc1459") == casemapping::rfc1459_strict);
  CHECK(casemapping_named("rfc7613") == casemapping::ascii);
}
