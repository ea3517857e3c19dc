// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/plugin.hpp>

namespace mynah::irc {

/// The plugin that brings the input `irc`: IRC networks, over TLS or plain.
///
///     mynah_link_plugins(my-bot mynah::irc)      # CMake: links and registers
///     bot.use(mynah::irc::plugin());             // by hand
///
/// Flags: `--irc-server`, `--irc-channels`, `--irc-nick` and more; see `--help` or the plugin's
/// README. With `--inputs=irc:libera,irc:oftc` two networks run in one process, each with its own
/// settings (`--irc-libera-server`).
///
/// Thread safety: may be called from any thread.
const mynah::plugin_info& plugin();

}  // namespace mynah::irc
