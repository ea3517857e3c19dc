// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include <mynah/command.hpp>

namespace mynah::slack {

/// The command line that a shortcut means whose id is the command's name. `text` is what the
/// message says that it was chosen for, as people read it; empty where there is none.
///
/// A command with one parameter gets the text as its value, whatever is in it: somebody else may
/// have written it. One with several gets it as if it were typed behind the name, flags excepted:
/// nothing in it can become one. One without any runs as it is.
[[nodiscard]] std::string shortcut_line(const command_spec& spec, std::string_view text);

}  // namespace mynah::slack
