// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <mynah/settings.hpp>

#include "app/setting_table.hpp"

namespace mynah::cli {

/// One key of a settings file, not yet compared with what the program knows.
class file_entry {
 public:
  std::string name;  ///< full name: tables and key joined by dots
  std::vector<std::string> values;
  bool is_list = false;
  unsigned line = 0;
};

/// A settings file as it was read, entries in their order.
class config_file {
 public:
  std::string path;
  std::vector<file_entry> entries;

  /// "bot.toml:12"
  [[nodiscard]] std::string place(unsigned line) const;
  /// The values of one key, or none.
  [[nodiscard]] std::vector<std::string> peek(std::string_view name) const;
};

/// Reads a TOML file. `[roles]` and `[grants]` become the lists `role` and `grant`, each entry
/// `name=part,part`. Throws `settings_error` with file and line; never shows a value.
[[nodiscard]] config_file read_config_file(const std::string& path);
/// The same for text that is in memory.
[[nodiscard]] config_file parse_config(std::string_view text, const std::string& path);

/// The entries as settings. Throws `settings_error` for a key that no setting has.
[[nodiscard]] setting_values values_of(const config_file& file, const setting_table& table);

}  // namespace mynah::cli
