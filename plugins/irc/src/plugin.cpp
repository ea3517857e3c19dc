// SPDX-License-Identifier: Apache-2.0
#include <mynah/irc.hpp>

#include <mynah/input.hpp>
#include <mynah/registry.hpp>
#include <mynah/version.hpp>

#include "flags.hpp"
#include "irc_input.hpp"

namespace mynah::irc {

namespace {

std::unique_ptr<input> make(const input_environment& environment) {
  return std::make_unique<irc_input>(environment);
}

void fill(registry& into) {
  into.add(input_type("irc", "IRC networks, over TLS or plain", flags(), make));
}

}  // namespace

const plugin_info& plugin() {
  static constexpr plugin_info info = {plugin_api_version, "irc", MYNAH_VERSION,
                                       "IRC networks, over TLS or plain", fill};
  return info;
}

}  // namespace mynah::irc
