// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace mynah {

/// The types a declared parameter can have. Each has one spelling of its values in chat:
/// integer `-12`, floating `2.5`, boolean `yes|no|true|false|on|off|1|0`, duration `90s`, `5m`,
/// `1h30m`, `250ms`, `2d`; choice one of the listed words; string anything.
enum class parameter_type : unsigned char { string, integer, floating, boolean, duration, choice };

/// One declared parameter of a command. Usage line, help and error texts come from it, and values
/// are checked before the command runs.
///
///     parameter::choice("env", {"staging", "prod"}, "where to").fallback("staging")
///     parameter::duration("timeout", "how long to wait").flag().fallback("5m")
///
/// Positional parameters are filled in order; every parameter can also be given as `name=value`,
/// and flags as `--name value` or `--name=value` (a boolean flag alone means yes, `--no-name` no; a
/// word `yes`, `no`, `true`, `false`, `on` or `off` after it is its value).
///
/// Thread safety: a value.
class parameter {
 public:
  static parameter string(std::string name, std::string help = {});
  static parameter integer(std::string name, std::string help = {});
  static parameter floating(std::string name, std::string help = {});
  static parameter boolean(std::string name, std::string help = {});
  static parameter duration(std::string name, std::string help = {});
  static parameter choice(std::string name, std::vector<std::string> choices,
                          std::string help = {});

  /// Given as `--name` only; optional unless `required()` follows.
  parameter& flag();
  parameter& required();
  parameter& optional();
  /// Optional, with this value when it is not given. Checked when the command is registered.
  parameter& fallback(std::string value);
  /// A positional string that takes everything to the end of the line, as it was typed.
  parameter& rest();

  /// `<env>`, `[timeout]`, `[--force]`, `[--timeout <duration>]`, `staging|prod` ...
  [[nodiscard]] std::string usage() const;
  /// What a value must look like: "a duration such as 90s, 5m or 1h30m".
  [[nodiscard]] std::string expected() const;

  std::string name;
  std::string help;
  parameter_type type = parameter_type::string;
  bool is_flag = false;
  bool is_required = true;
  bool takes_rest = false;
  std::optional<std::string> default_value;
  std::vector<std::string> choices;

 private:
  parameter(std::string name, std::string help, parameter_type type);
};

}  // namespace mynah
