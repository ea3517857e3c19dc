// SPDX-License-Identifier: Apache-2.0
#include <mynah/xmpp.hpp>

#include <mynah/input.hpp>
#include <mynah/registry.hpp>
#include <mynah/version.hpp>

#include "flags.hpp"
#include "xmpp_input.hpp"

namespace mynah::xmpp {

namespace {

void fill(registry& into) {
  auto make = [](const input_environment& environment) -> std::unique_ptr<input> {
    return std::make_unique<xmpp_input>(environment);
  };
  into.add(input_type("xmpp", "XMPP: talks between two, and rooms", flags(), std::move(make)));
}

}  // namespace

const plugin_info& plugin() {
  static constexpr plugin_info info = {plugin_api_version, "xmpp", MYNAH_VERSION,
                                       "XMPP: talks between two, and rooms", fill};
  return info;
}

}  // namespace mynah::xmpp
