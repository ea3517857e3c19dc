// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace mynah {

/// Something that the program does instead of running the bot, for the operator at a terminal:
/// `micro-bot <plugin> <name> ...`, such as `micro-bot slack manifest`. No settings apply to it,
/// and it touches no network.
///
/// Thread safety: a value.
class subcommand {
 public:
  /// Gets the words after the name, and gives what to write to standard output. Throws
  /// `settings_error` for words that it does not understand.
  using function = std::function<std::string(const std::vector<std::string>& arguments)>;

  subcommand(std::string name, std::string summary, function run)
      : name(std::move(name)), summary(std::move(summary)), run(std::move(run)) {}

  std::string name;     ///< small letters, digits and `-`
  std::string summary;  ///< one line for help
  function run;
  std::string plugin;  ///< who brought it; filled in by the registry
};

}  // namespace mynah
