// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace mynah {

class registry;

/// Grows when the meaning of `plugin_info` or `registry` changes.
inline constexpr unsigned plugin_api_version = 4;

/// What a plugin is, as its one entry function returns it:
///
///     const mynah::plugin_info& mynah::irc::plugin();
///
/// `mynah_link_plugins(my-bot mynah::irc)` in CMake links the plugin and lists that function in
/// `linked_plugins()`; by hand it is `bot.use(mynah::irc::plugin())`. There are no static
/// initialisers: linkers drop them.
struct plugin_info {
  unsigned api_version;  ///< `plugin_api_version` of the headers it was compiled with
  const char* name;      ///< `irc`: prefix of its flags, name in `--list-plugins`
  const char* version;
  const char* summary;           ///< one line
  void (*fill)(registry& into);  ///< adds commands, inputs, streams, stores and flags
};

/// A list of plugins, as `mynah_link_plugins` generates it.
using plugin_list = std::span<const plugin_info* const>;

/// The plugins that `mynah_link_plugins` linked into this program, in the order given there.
/// Defined by the file it generates; without it this is an undefined reference.
plugin_list linked_plugins();

}  // namespace mynah
