// SPDX-License-Identifier: Apache-2.0
#include <mynah/irc.hpp>

#include <mynah/input.hpp>
#include <mynah/registry.hpp>
#include <mynah/version.hpp>

#include "flags.hpp"
#include "irc_input.hpp"
#include "more_command.hpp"

namespace mynah::irc {

namespace {

void fill(registry& into) {
  const auto rests = std::make_shared<kept_rests>();
  auto make = [rests](const input_environment& environment) -> std::unique_ptr<input> {
    return std::make_unique<irc_input>(environment, rests);
  };
  into.add(input_type("irc", "IRC networks, over TLS or plain", flags(), std::move(make)));
  into.add(make_more(rests));
}

}  // namespace

const plugin_info& plugin() {
  static constexpr plugin_info info = {plugin_api_version, "irc", MYNAH_VERSION,
                                       "IRC networks, over TLS or plain", fill};
  return info;
}

}  // namespace mynah::irc
