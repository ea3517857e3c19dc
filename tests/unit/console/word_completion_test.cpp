// SPDX-License-Identifier: Apache-2.0
#include "word_completion.hpp"

#include "catch.hpp"

using mynah::console::complete;

namespace {
const std::vector<std::string> names{"cancel", "hello", "help", "ping", "three laws"};
}

TEST_CASE("the only name is put in with a blank") {
  CHECK(complete("pi", "!", names).insert == "ng ");
  CHECK(complete("  pi", "!", names).insert == "ng ");
  CHECK(complete("!pi", "!", names).insert == "ng ");
  CHECK(complete("ping", "!", names).insert == " ");
}

TEST_CASE("several names: what they share, else all of them are shown") {
  CHECK(complete("h", "!", names).insert == "el");
  CHECK(complete("hel", "!", names).insert.empty());
  CHECK(complete("hel", "!", names).choices == std::vector<std::string>{"hello", "help"});
  CHECK(complete("", "!", names).choices.size() == names.size());
}

TEST_CASE("only names are completed") {
  CHECK(complete("ping ", "!", names).insert.empty());
  CHECK(complete("ping h", "!", names).choices.empty());
  CHECK(complete("nothing", "!", names).choices.empty());
  CHECK(complete("help pi", "!", names).insert == "ng ");
  CHECK(complete("help   thr", "", names).insert == "ee laws ");
}

TEST_CASE("no half characters are put in") {
  // U+00E4 and U+00E5 share their first byte.
  CHECK(complete("x", "", {"x\xc3\xa4", "x\xc3\xa5"}).insert.empty());
}
