// SPDX-License-Identifier: Apache-2.0
#include "shortcut.hpp"

#include "catch.hpp"

using mynah::command_spec;
using mynah::parameter;
using namespace mynah::slack;

TEST_CASE("a shortcut's line gives the text to the command's parameters", "[slack][shortcut]") {
  command_spec none("ping", "Answers");
  CHECK(shortcut_line(none, "whatever") == "ping");

  command_spec one("note", "Notes");
  one.parameter(parameter::string("text")).parameter(parameter::boolean("loud").flag());
  CHECK(shortcut_line(one, "") == "note");
  CHECK(shortcut_line(one, " \n") == "note");
  CHECK(shortcut_line(one, "--loud \"now\" \\") == R"(note -- "--loud \"now\" \\")");

  command_spec rest("say", "Says");
  rest.parameter(parameter::string("text").rest());
  CHECK(shortcut_line(rest, "a \"b\" --c") == "say -- a \"b\" --c");

  command_spec two("deploy", "Deploys");
  two.parameter(parameter::string("what")).parameter(parameter::string("where"));
  CHECK(shortcut_line(two, "web \"the lab\"") == "deploy -- web \"the lab\"");

  command_spec flags("list", "Lists");
  flags.parameter(parameter::boolean("all").flag());
  CHECK(shortcut_line(flags, "--all") == "list");
}
