// SPDX-License-Identifier: Apache-2.0
#include "core/recent_ids.hpp"

#include "catch.hpp"

#include <string>

using mynah::core::recent_ids;

TEST_CASE("an id is new once for each input") {
  recent_ids ids;
  CHECK(ids.insert("irc", "1"));
  CHECK_FALSE(ids.insert("irc", "1"));
  CHECK(ids.insert("slack", "1"));
  CHECK(ids.insert("irc", "2"));
}

TEST_CASE("the oldest ids make room") {
  recent_ids ids(3);
  for (int i = 0; i < 10; ++i) CHECK(ids.insert("irc", std::to_string(i)));
  CHECK_FALSE(ids.insert("irc", "9"));
  CHECK_FALSE(ids.insert("irc", "7"));
  CHECK(ids.insert("irc", "6"));
}
