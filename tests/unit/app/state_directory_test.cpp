// SPDX-License-Identifier: Apache-2.0
#include "app/state_directory.hpp"

#include "catch.hpp"

using namespace mynah::cli;

TEST_CASE("the unit's directory comes before the user's") {
  environment variables{{"STATE_DIRECTORY", "/var/lib/bot:/var/lib/other"},
                        {"XDG_STATE_HOME", "/home/a/state"},
                        {"HOME", "/home/a"}};
  CHECK(default_state_directory(variables, "bot").path == "/var/lib/bot");
  CHECK(default_state_directory(variables, "bot").source == "STATE_DIRECTORY");
  variables.erase("STATE_DIRECTORY");
  CHECK(default_state_directory(variables, "bot").path == "/home/a/state/bot");
  variables["XDG_STATE_HOME"] = "relative";
  CHECK(default_state_directory(variables, "bot").path == "/home/a/.local/state/bot");
  variables.erase("HOME");
  CHECK(default_state_directory(variables, "bot").path.empty());
}
