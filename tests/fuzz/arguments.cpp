// SPDX-License-Identifier: Apache-2.0
// Any line for a command with every type of parameter: either the reason why not, or a value for
// each required one.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <mynah/command.hpp>
#include <mynah/duration.hpp>

#include "core/parse_arguments.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const mynah::command_spec spec =
      mynah::command_spec("deploy", "Deploys")
          .parameter(mynah::parameter::string("service"))
          .parameter(mynah::parameter::integer("replicas").fallback("1"))
          .parameter(mynah::parameter::choice("env", {"staging", "prod"}).fallback("staging"))
          .parameter(mynah::parameter::duration("timeout").flag().fallback("5m"))
          .parameter(mynah::parameter::floating("share").flag())
          .parameter(mynah::parameter::boolean("force").flag());

  mynah::detail::argument_data arguments;
  arguments.line = "deploy " + std::string(data, data + size);
  const auto wrong = mynah::core::parse_arguments(spec, arguments);
  if (wrong && wrong->empty()) std::abort();
  if (!wrong) {
    bool has_service = false;
    for (const auto& [name, value] : arguments.values) has_service |= name == "service";
    if (!has_service) std::abort();
  }

  const std::string text(data, data + size);
  if (const auto time = mynah::parse_duration(text); time && time->count() < 0) std::abort();
  return 0;
}
