// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace mynah::slack {

/// `slack manifest [--name <name>] [--command </word>] [--url <https://...>] [--assistant <what it
/// helps with>] [--shortcut <command>]... [--message-shortcut <command>]...`: the manifest, as
/// JSON. With a URL the app is for HTTP, without for Socket Mode. Throws `settings_error`.
[[nodiscard]] std::string manifest_text(const std::vector<std::string>& arguments);

}  // namespace mynah::slack
