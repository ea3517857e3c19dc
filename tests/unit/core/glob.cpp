// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <string>

#include "core/glob.hpp"

using mynah::core::glob_matches;

TEST_CASE("globs fit whole names") {
  CHECK(glob_matches("", ""));
  CHECK(glob_matches("*", ""));
  CHECK(glob_matches("*", "anything"));
  CHECK(glob_matches("api.*", "api."));
  CHECK(glob_matches("api.*", "api.read"));
  CHECK(glob_matches("*.read", "api.read"));
  CHECK(glob_matches("a?c", "abc"));
  CHECK(glob_matches("a*b*c", "a-b-b-c"));
  CHECK_FALSE(glob_matches("api.read", "api.readwrite"));
  CHECK_FALSE(glob_matches("api.*", "api"));
  CHECK_FALSE(glob_matches("a?c", "ac"));
  CHECK_FALSE(glob_matches("", "a"));
  CHECK_FALSE(glob_matches("A", "a"));
}

TEST_CASE("many stars cost little") {
  std::string pattern;
  for (int i = 0; i < 30; ++i) pattern += "*a";
  CHECK_FALSE(glob_matches(pattern + "b", std::string(5'000, 'a')));
}
