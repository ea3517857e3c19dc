// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mynah/bot.hpp>
#include <mynah/redactor.hpp>
#include <mynah/settings.hpp>

namespace mynah::core {

/// One input that `inputs` selects, e.g. type `irc`, name `irc:libera`.
class input_selection {
 public:
  std::string name;
  std::string type;
  settings values;
};

/// All settings, checked.
class resolved_settings {
 public:
  settings bot;
  std::vector<settings> plugins;  ///< of plugins that are no inputs, named by plugin
  std::vector<input_selection> inputs;
  mynah::redactor redactor;  ///< of every secret's value
};

/// Checks given values against declared flags: unknown names, malformed or missing values, unknown
/// or doubled inputs. Throws `settings_error` naming the setting, its source, what it had (unless
/// secret) and what was expected.
resolved_settings resolve(const std::vector<flag_group>& groups, const setting_values& given);

/// `--irc-libera-server` for "irc.libera.server".
std::string as_flag(std::string_view full_name);

}  // namespace mynah::core
