// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/plugin.hpp>

namespace mynah::sqlite {

/// The plugin that brings the store `sqlite`: state in one file, `mynah.db` in `--state-dir`.
///
///     mynah_link_plugins(my-bot mynah::sqlite)   # CMake: links and registers
///     bot.use(mynah::sqlite::plugin());          // by hand
///
/// One process may have it open, others may read beside it; see the plugin's README.
///
/// Thread safety: may be called from any thread.
const mynah::plugin_info& plugin();

}  // namespace mynah::sqlite
