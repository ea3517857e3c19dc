// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <mynah/flag.hpp>
#include <mynah/settings.hpp>

#include "connection_options.hpp"

namespace mynah::irc {

/// The flags of the input.
[[nodiscard]] std::vector<flag> flags();

/// Checked settings as options. Reads the files of certificates; does not touch the network.
///
/// Errors: throws settings_error that names the flag and what was expected.
[[nodiscard]] connection_options options_from(const settings& values);

}  // namespace mynah::irc
