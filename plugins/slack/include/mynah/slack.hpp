// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/plugin.hpp>

namespace mynah::slack {

/// The plugin that brings the input `slack`, by Socket Mode or by HTTP, and `slack manifest`.
///
///     mynah_link_plugins(my-bot mynah::slack)      # CMake: links and registers
///     bot.use(mynah::slack::plugin());             // by hand
///
/// Flags: `--slack-bot-token`, `--slack-app-token` and more; see `--help` or the plugin's README.
/// With `--inputs=slack:acme,slack:umbrella` two workspaces run in one process, each with its own
/// settings (`--slack-acme-bot-token`).
///
/// Thread safety: may be called from any thread.
[[nodiscard]] const plugin_info& plugin();

}  // namespace mynah::slack
