// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/command.hpp>

using namespace mynah;

TEST_CASE("the usage line comes from the parameters, unless it is given") {
  const command_spec spec = command_spec("deploy", "Deploys")
                                .parameter(parameter::string("service"))
                                .parameter(parameter::choice("env", {"a", "b"}).fallback("a"))
                                .parameter(parameter::string("why").optional().rest())
                                .parameter(parameter::duration("timeout").flag())
                                .parameter(parameter::boolean("force").flag())
                                .parameter(parameter::integer("n").flag().required())
                                .parameter(parameter::string("tag").flag())
                                .parameter(parameter::choice("how", {"x", "y"}).flag());
  CHECK(spec.usage_line() ==
        "deploy <service> [a|b] [why...] [--timeout <duration>] [--force] --n <number> "
        "[--tag <text>] [--how <x|y>]");
  CHECK(command_spec("x", "^x", "x something", "").usage_line() == "x something");
}

TEST_CASE("help tells all there is to know") {
  const command_spec spec =
      command_spec("deploy", "Deploys a service")
          .alias("rollout")
          .changes()
          .parameter(parameter::string("service", "what"))
          .parameter(parameter::choice("env", {"staging", "prod"}, "where").fallback("staging"))
          .parameter(parameter::boolean("force", "skip checks").flag());
  CHECK(spec.help_text() ==
        "usage: deploy <service> [staging|prod] [--force]\n"
        "Deploys a service\n"
        "changes something: needs a grant\n"
        "  service: what; text\n"
        "  env: where; one of staging or prod (default staging)\n"
        "  --force: skip checks; yes or no (optional)\n"
        "also: rollout");
}
