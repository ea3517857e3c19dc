// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include "core/choices.hpp"
#include "core/questions.hpp"

using namespace mynah;

TEST_CASE("a number means the action of the last card in that place, for five minutes") {
  core::choices shown;
  const address ops("test", "#ops", "bot");
  clock::time_point now{};
  CHECK_FALSE(shown.command_for(ops, "1", now));
  shown.remember(ops, card("Deploy?").action("Yes", "approve 7").action("No", "reject 7"), now);
  CHECK(shown.command_for(ops, "1", now) == "approve 7");
  CHECK(shown.command_for(address("test", "#ops", "alice"), "2", now) == "reject 7");
  for (const char* text : {"0", "3", "-1", "", "yes", "1 2", "111"}) {
    CAPTURE(text);
    CHECK_FALSE(shown.command_for(ops, text, now));
  }
  CHECK_FALSE(shown.command_for(address("test", "#dev"), "1", now));
  CHECK_FALSE(shown.command_for(address("test", "#ops", "", "thread"), "1", now));
  shown.remember(ops, card("no actions"), now);
  CHECK(shown.command_for(ops, "1", now) == "approve 7");
  shown.remember(ops, card("other").action("Go", "go"), now);
  CHECK(shown.command_for(ops, "1", now) == "go");
  now += std::chrono::minutes(6);
  CHECK_FALSE(shown.command_for(ops, "1", now));
}

TEST_CASE("a choice is answered by text or by number") {
  const std::vector<std::string> choices = {"staging", "prod"};
  CHECK(core::chosen(choices, "Prod") == "prod");
  CHECK(core::chosen(choices, "1") == "staging");
  CHECK(core::chosen(choices, "2)") == "prod");
  CHECK(core::chosen(choices, "2.") == "prod");
  for (const char* text : {"", "0", "3", "pro", "production"}) {
    CAPTURE(text);
    CHECK(core::chosen(choices, text).empty());
  }
}
