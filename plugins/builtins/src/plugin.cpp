// SPDX-License-Identifier: Apache-2.0
#include <mynah/builtins.hpp>
#include <mynah/version.hpp>

#include "commands.hpp"

namespace mynah::builtins {

namespace {

void fill(registry& into) {
  into.add(help());
  into.add(echo());
  into.add(hello());
  into.add(three_laws());
  into.add(ping());
  into.add(version_command());
  into.add(uptime());
  into.add(whoami());
  into.add(time_command());
  into.add(time_zone_flag());
  into.add(jobs());
  into.add(cancel());
  into.add(audit());
  into.add(outbox());
  into.add(journal());
}

}  // namespace

const plugin_info& plugin() {
  static constexpr plugin_info info = {plugin_api_version, "builtins", MYNAH_VERSION,
                                       "help, ping, time, jobs, audit and the like", fill};
  return info;
}

}  // namespace mynah::builtins
