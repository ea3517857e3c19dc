// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/plugin.hpp>

namespace mynah::builtins {

/// The commands that every bot is expected to have: help, echo, hello, ping, time, three laws,
/// version, uptime, whoami, jobs, cancel.
///
/// Flags: `--builtins-time-zone` (an IANA name such as Europe/Berlin; default UTC).
const plugin_info& plugin();

}  // namespace mynah::builtins
