// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "channel.hpp"

namespace mynah::console {

/// How the terminal is used.
class editor_options {
 public:
  std::string program = "mynah";  ///< section of the user's ~/.editrc
  std::string prompt = "> ";
  std::string history_file;        ///< empty: lines are forgotten
  std::string prefix;              ///< the bot's prefix, allowed before a command's name
  std::vector<std::string> names;  ///< for completion, sorted
};

/// Whether these descriptors are a terminal on which lines can be edited.
[[nodiscard]] bool can_edit_lines(int in, int out);

/// What the thread does on a terminal: lines are edited with libedit, and what the bot says
/// meanwhile is put above the line being typed. Returns when the channel shuts down or the user
/// ends the input.
void run_line_editor(channel& between, int in, int out, const editor_options& options);

}  // namespace mynah::console
