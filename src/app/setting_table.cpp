// SPDX-License-Identifier: Apache-2.0
#include "app/setting_table.hpp"

#include <algorithm>
#include <utility>

#include <mynah/error.hpp>

#include "core/values.hpp"

namespace mynah::cli {

flag_group program_settings() {
  std::vector<flag> flags;
  flags.push_back(flag("config", "file with settings (TOML)"));
  flags.push_back(flag("log-level",
                       "what is logged (default: info; warning when the console is the "
                       "only input, and for --exec)")
                      .one_of({"trace", "debug", "info", "warning", "error", "off"}));
  flags.push_back(
      flag("log-format", "how log lines are written").one_of({"text", "json"}).fallback("text"));
  return {"", "Program", std::move(flags), false};
}

bool is_program_setting(std::string_view name) {
  return name == "config" || name == "log-level" || name == "log-format";
}

std::vector<std::string> input_names(const std::vector<std::string>& values) {
  std::vector<std::string> names;
  for (std::string_view text : values) {
    while (true) {
      const std::size_t comma = text.find(',');
      const std::string_view part = core::trimmed(text.substr(0, comma));
      if (!part.empty()) names.emplace_back(part);
      if (comma == std::string_view::npos) break;
      text.remove_prefix(comma + 1);
    }
  }
  return names;
}

std::string variable_of(std::string_view name) {
  std::string variable = "MYNAH_";
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') {
      variable += static_cast<char>(c - 'a' + 'A');
    } else {
      variable += c == '.' || c == '-' ? '_' : c;
    }
  }
  return variable;
}

std::string option_of(std::string_view name) {
  std::string option(name);
  std::replace_if(option.begin(), option.end(), [](char c) { return c == '.' || c == '_'; }, '-');
  return option;
}

setting_table::setting_table(const std::vector<flag_group>& groups,
                             const std::vector<std::string>& inputs) {
  for (const flag_group& group : groups) {
    for (const flag& declared : group.flags) declare(declared, group, "");
  }
  // Instances last: a name of theirs that is taken is then theirs to change.
  for (const std::string& input : inputs) {
    const std::size_t colon = input.find(':');
    if (colon == std::string::npos || colon + 1 == input.size()) continue;
    const std::string type = input.substr(0, colon);
    for (const flag_group& group : groups) {
      if (!group.is_input || group.plugin != type) continue;
      for (const flag& declared : group.flags) {
        declare(declared, group, input.substr(colon + 1));
      }
    }
  }
}

void setting_table::declare(const flag& declared, const flag_group& group,
                            const std::string& instance) {
  known_setting value;
  if (!group.plugin.empty()) value.name = group.plugin + ".";
  if (!instance.empty()) value.name += instance + ".";
  value.name += declared.name;
  if (group.is_input) value.input = group.plugin;
  value.option = option_of(value.name);
  value.slot = value.name;
  value.help = declared.help;
  value.type = declared.type;
  value.is_secret = declared.is_secret;
  value.variables.push_back(variable_of(value.name));
  if (instance.empty()) {
    value.variables.insert(value.variables.end(), declared.variables.begin(),
                           declared.variables.end());
  }
  if (declared.is_secret) {
    known_setting file = value;
    file.name += "-file";
    file.option += "-file";
    for (std::string& variable : file.variables) variable += "_FILE";
    file.type = flag_type::text;
    file.is_secret = false;
    insert(std::move(value));
    insert(std::move(file));
    return;
  }
  insert(std::move(value));
}

void setting_table::insert(known_setting added) {
  const auto [same_name, new_name] = by_name_.emplace(added.name, settings_.size());
  if (!new_name) return;  // the same input selected twice: the bot's own check says so
  const auto [same_option, new_option] = by_option_.emplace(added.option, settings_.size());
  if (!new_option) {
    throw settings_error("--" + added.option + " would mean both '" + added.name + "' and '" +
                         settings_[same_option->second].name +
                         "'; give that input another instance name");
  }
  settings_.push_back(std::move(added));
}

const known_setting* setting_table::find(std::string_view name) const {
  std::string exact(name);
  const std::size_t last = exact.rfind('.') + 1;  // npos + 1 is 0
  std::replace(exact.begin() + static_cast<std::ptrdiff_t>(last), exact.end(), '_', '-');
  const auto found = by_name_.find(exact);
  return found == by_name_.end() ? nullptr : &settings_[found->second];
}

const known_setting* setting_table::find_option(std::string_view option) const {
  const auto found = by_option_.find(option_of(option));
  return found == by_option_.end() ? nullptr : &settings_[found->second];
}

}  // namespace mynah::cli
