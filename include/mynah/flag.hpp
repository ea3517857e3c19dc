// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mynah {

/// What a flag's value must look like.
enum class flag_type : unsigned char {
  text,
  integer,
  boolean,   ///< alone on a command line it means yes
  duration,  ///< 250ms, 30s, 5m, 1h30m, 2d
  list       ///< may be given several times; one value may hold several parts between commas
};

/// One setting that a plugin or the bot understands, declared as data. The same declaration makes
/// the command-line flag `--<plugin>-<name>`, the environment variable `MYNAH_<PLUGIN>_<NAME>`, the
/// key `<name>` of the file's table `[<plugin>]`, and the help text.
///
///     flag("server", "host[:port] of the server").required()
///     flag("password", "server password").secret().env("IRC_PASSWORD")
///
/// Thread safety: a value.
class flag {
 public:
  flag(std::string name, std::string help, flag_type type = flag_type::text);

  flag& fallback(std::string value);
  flag& required();
  /// Never shown; `<name>-file` (and `_FILE` of each variable) names a file that holds it.
  flag& secret();
  /// One more environment variable, for names that users already have.
  flag& env(std::string variable);
  /// The only words allowed.
  flag& one_of(std::vector<std::string> words);
  /// Bounds of an integer.
  flag& range(long long low, long long high);
  /// A further look at a given value, when the settings are checked: returns what was expected
  /// instead, or nothing if it is good.
  flag& check(std::function<std::optional<std::string>(const std::string& value)> look);

  std::string name;
  std::string help;
  flag_type type;
  std::string default_value;
  bool is_required = false;
  bool is_secret = false;
  std::vector<std::string> variables;
  std::vector<std::string> words;
  long long low = -9223372036854775807LL - 1;
  long long high = 9223372036854775807LL;
  std::function<std::optional<std::string>(const std::string&)> look;
};

}  // namespace mynah
