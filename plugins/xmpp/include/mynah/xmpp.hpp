// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/plugin.hpp>

namespace mynah::xmpp {

/// The plugin that brings the input `xmpp`: talks between two and rooms over XMPP.
///
///     mynah_link_plugins(my-bot mynah::xmpp)      # CMake: links and registers
///     bot.use(mynah::xmpp::plugin());             // by hand
///
/// Flags: `--xmpp-jid`, `--xmpp-password`, `--xmpp-rooms` and more; see `--help` or the plugin's
/// README. With `--inputs=xmpp:work,xmpp:home` two accounts run in one process, each with its own
/// settings (`--xmpp-work-jid`).
///
/// Thread safety: may be called from any thread.
const mynah::plugin_info& plugin();

}  // namespace mynah::xmpp
