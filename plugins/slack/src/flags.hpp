// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <mynah/flag.hpp>
#include <mynah/settings.hpp>

#include "connection_options.hpp"

namespace mynah::slack {

/// The settings of the input.
[[nodiscard]] std::vector<flag> flags();

/// What they mean together. Throws `settings_error`.
[[nodiscard]] connection_options options_from(const settings& values);

}  // namespace mynah::slack
