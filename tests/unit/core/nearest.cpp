// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include "core/nearest.hpp"

using mynah::core::nearest;

TEST_CASE("typing errors find what was meant, nearest first") {
  const std::vector<std::string> names = {"ping", "deploy", "version", "help", "three laws"};
  CHECK(nearest("pnig", names) == std::vector<std::string>{"ping"});
  CHECK(nearest("depoly", names) == std::vector<std::string>{"deploy"});
  CHECK(nearest("Help", names) == std::vector<std::string>{"help"});
  CHECK(nearest("vers", names) == std::vector<std::string>{"version"});
  CHECK(nearest("three", names) == std::vector<std::string>{"three laws"});
  CHECK(nearest("xyzzy", names).empty());
  CHECK(nearest("", names).empty());
  CHECK(nearest(std::string(1'000, 'a'), names).empty());
}

TEST_CASE("at most as many as asked for") {
  CHECK(nearest("aaaa", {"aaab", "aaac", "aaad", "aaae"}, 2) ==
        std::vector<std::string>{"aaab", "aaac"});
}
