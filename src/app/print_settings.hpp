// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mynah/redactor.hpp>
#include <mynah/settings.hpp>

namespace mynah::cli {

/// `--print-config`: each setting as a line of TOML with its source behind it, secrets as `***`.
/// `owner_prefix` is what stands before the names: empty for the bot's own, "irc.libera.".
/// Where `safe` finds a secret in another setting, it is `***` there as well; names of settings
/// stay.
[[nodiscard]] std::string settings_text(const settings& values, std::string_view owner_prefix,
                                        const redactor& safe);

/// "irc.libera." for the owner "irc:libera"; nothing for the bot's own, which come first.
[[nodiscard]] std::string prefix_of(const settings& values, bool of_bot);

}  // namespace mynah::cli
