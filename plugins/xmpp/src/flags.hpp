// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <mynah/flag.hpp>
#include <mynah/settings.hpp>

#include "connection_options.hpp"

namespace mynah::xmpp {

[[nodiscard]] std::vector<flag> flags();

/// Throws `settings_error`, which names the flag, what it was and what was expected.
[[nodiscard]] connection_options options_from(const settings& values);

}  // namespace mynah::xmpp
