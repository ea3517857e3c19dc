// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/settings.hpp>

#include "app/setting_table.hpp"

namespace mynah::cli {

/// What the command line asks for.
class command_line {
 public:
  bool help = false;
  bool version = false;
  bool check_config = false;
  bool print_config = false;
  bool list_plugins = false;
  std::optional<std::string> exec;
  setting_values values;  ///< by full name; sources are the flags as they are spelt
};

/// Reads the arguments (without the program's name). Throws `settings_error` for a flag that is not
/// known, lacks its value, or is misplaced. Never repeats what may be a secret's value.
[[nodiscard]] command_line parse_command_line(const std::vector<std::string>& arguments,
                                              const setting_table& table);

/// The values of one flag, for the few that decide which flags there are. A flag without a value
/// yields none; the full parse complains.
[[nodiscard]] std::vector<std::string> peek(const std::vector<std::string>& arguments,
                                            std::string_view option);
/// Whether a flag without value is among the arguments.
[[nodiscard]] bool peek_switch(const std::vector<std::string>& arguments, std::string_view option);

}  // namespace mynah::cli
