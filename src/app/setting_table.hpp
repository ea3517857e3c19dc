// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/bot.hpp>
#include <mynah/flag.hpp>

namespace mynah::cli {

/// One setting in all its spellings.
class known_setting {
 public:
  std::string name;                    ///< `irc.libera.password`: key in the file, name for the bot
  std::string option;                  ///< `irc-libera-password`
  std::vector<std::string> variables;  ///< `MYNAH_IRC_LIBERA_PASSWORD`, in order of precedence
  /// What it sets: `x` and `x-file` are two ways to give the one value `x`.
  std::string slot;
  std::string help;
  flag_type type = flag_type::text;
  bool is_secret = false;  ///< the value itself must never be shown
  std::string input;       ///< of an input: its type, whatever the instance
};

/// Every setting that this program understands, given its plugins and the selected inputs.
class setting_table {
 public:
  /// `inputs` are instance names as `--inputs` has them; those of unknown types are ignored here.
  /// Throws `settings_error` if an instance's name makes two settings look the same.
  setting_table(const std::vector<flag_group>& groups, const std::vector<std::string>& inputs);

  [[nodiscard]] const std::vector<known_setting>& all() const noexcept { return settings_; }
  /// By name; underscores in its last part count as dashes.
  [[nodiscard]] const known_setting* find(std::string_view name) const;
  [[nodiscard]] const known_setting* find_option(std::string_view option) const;

 private:
  void declare(const flag& declared, const flag_group& group, const std::string& instance);
  void insert(known_setting added);

  std::vector<known_setting> settings_;
  std::map<std::string, std::size_t, std::less<>> by_name_;
  std::map<std::string, std::size_t, std::less<>> by_option_;
};

/// The settings of the program around the bot: config, log-level, log-format.
[[nodiscard]] flag_group program_settings();
[[nodiscard]] bool is_program_setting(std::string_view name);

/// `--inputs` texts as instance names: split at commas, blanks removed.
[[nodiscard]] std::vector<std::string> input_names(const std::vector<std::string>& values);

/// `MYNAH_IRC_SERVER` for `irc.server`.
[[nodiscard]] std::string variable_of(std::string_view name);
/// `irc-server` for `irc.server` and `irc_server`.
[[nodiscard]] std::string option_of(std::string_view name);

}  // namespace mynah::cli
