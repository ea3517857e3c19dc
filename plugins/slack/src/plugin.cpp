// SPDX-License-Identifier: Apache-2.0
#include <mynah/slack.hpp>

#include <mynah/input.hpp>
#include <mynah/registry.hpp>
#include <mynah/version.hpp>

#include "flags.hpp"
#include "manifest_command.hpp"
#include "slack_input.hpp"

namespace mynah::slack {

namespace {

constexpr const char* summary = "Slack, by Socket Mode or by HTTP";

void fill(registry& into) {
  auto make = [](const input_environment& environment) -> std::unique_ptr<input> {
    return std::make_unique<slack_input>(environment);
  };
  into.add(input_type("slack", summary, flags(), std::move(make)));
  into.add(
      subcommand("manifest", "prints the manifest to create the app on Slack with", manifest_text));
}

}  // namespace

const plugin_info& plugin() {
  static constexpr plugin_info info = {plugin_api_version, "slack", MYNAH_VERSION, summary, fill};
  return info;
}

}  // namespace mynah::slack
