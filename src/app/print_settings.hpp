// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mynah/settings.hpp>

namespace mynah::cli {

/// `--print-config`: each setting as a line of TOML with its source behind it, secrets as `***`.
/// `owner_prefix` is what stands before the names: empty for the bot's own, "irc.libera.".
[[nodiscard]] std::string settings_text(const settings& values, std::string_view owner_prefix);

/// "irc.libera." for the owner "irc:libera"; nothing for the bot's own, which come first.
[[nodiscard]] std::string prefix_of(const settings& values, bool of_bot);

}  // namespace mynah::cli
