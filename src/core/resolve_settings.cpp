// SPDX-License-Identifier: Apache-2.0
#include "core/resolve_settings.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <set>
#include <sstream>
#include <system_error>

#include <mynah/duration.hpp>
#include <mynah/error.hpp>

#include "core/nearest.hpp"
#include "core/values.hpp"

namespace mynah::core {

namespace {

std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text.empty() ? "none" : text;
}

std::string meant(std::string_view word, const std::vector<std::string>& candidates) {
  const std::vector<std::string> near = nearest(word, candidates, 1);
  return near.empty() ? std::string() : "; did you mean '" + near.front() + "'?";
}

// "--irc-server" if that is how it was given, else "'irc.server' (bot.toml:3)".
std::string shown(const std::string& name, const std::string& source) {
  if (source.starts_with("--") || source == "default") return as_flag(name);
  return "'" + name + "' (" + source + ")";
}

std::vector<std::string> split_list(const std::vector<std::string>& values) {
  std::vector<std::string> parts;
  for (std::string_view text : values) {
    while (true) {
      const std::size_t comma = text.find(',');
      const std::string_view part = trimmed(text.substr(0, comma));
      if (!part.empty()) parts.emplace_back(part);
      if (comma == std::string_view::npos) break;
      text.remove_prefix(comma + 1);
    }
  }
  return parts;
}

std::string read_secret(const std::string& path, const std::string& what) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  if (file) content << file.rdbuf();
  if (!file || file.bad()) {
    throw settings_error(what + ": cannot read '" + path +
                         "': " + std::generic_category().message(errno));
  }
  std::string secret = content.str();
  // Editors end files with a newline that is not part of the secret.
  while (!secret.empty() && (secret.back() == '\n' || secret.back() == '\r')) secret.pop_back();
  if (secret.empty()) throw settings_error(what + ": '" + path + "' is empty");
  return secret;
}

class resolver {
 public:
  resolver(const std::vector<flag_group>& groups, const setting_values& given)
      : groups_(groups), given_(given) {}

  resolved_settings run() {
    resolved_settings all;
    for (const flag_group& group : groups_) {
      if (group.plugin.empty()) all.bot = values_of(group, "");
    }
    select_inputs(all);
    for (const flag_group& group : groups_) {
      if (group.is_input) declare(group);
    }
    for (input_selection& selected : all.inputs) {
      const std::size_t colon = selected.name.find(':');
      const std::string instance =
          colon == std::string::npos ? std::string() : selected.name.substr(colon + 1);
      for (const flag_group& group : groups_) {
        if (group.is_input && group.plugin == selected.type) {
          selected.values = values_of(group, instance);
        }
      }
    }
    for (const flag_group& group : groups_) {
      if (!group.plugin.empty() && !group.is_input) all.plugins.push_back(values_of(group, ""));
    }
    refuse_unknown();
    all.redactor = redactor(std::move(secrets_));
    return all;
  }

 private:
  void select_inputs(resolved_settings& all) {
    std::vector<std::string> types;
    for (const flag_group& group : groups_) {
      if (group.is_input) types.push_back(group.plugin);
    }
    const std::string source = all.bot.source("inputs");
    for (const std::string& name : all.bot.list("inputs")) {
      input_selection selected;
      selected.name = name;
      const std::size_t colon = name.find(':');
      selected.type = name.substr(0, colon);
      if (std::find(types.begin(), types.end(), selected.type) == types.end()) {
        throw settings_error(shown("inputs", source) + ": no input '" + selected.type +
                             "' is linked; linked: " + listed(types) + meant(selected.type, types));
      }
      if (colon != std::string::npos) {
        const std::string instance = name.substr(colon + 1);
        const bool good =
            !instance.empty() && std::all_of(instance.begin(), instance.end(), [](char c) {
              return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
            });
        if (!good) {
          throw settings_error(shown("inputs", source) + ": '" + name +
                               "' is no instance name; expected <input>:<name> with small "
                               "letters, digits, '-' or '_', such as " +
                               selected.type + ":main");
        }
        instances_[selected.type].push_back(instance);
      }
      for (const input_selection& other : all.inputs) {
        if (other.name == name) {
          throw settings_error(shown("inputs", source) + ": '" + name + "' is there twice");
        }
      }
      all.inputs.push_back(std::move(selected));
    }
    if (all.inputs.empty()) {
      throw settings_error("no input is selected: give --inputs=<name>[,<name>]; linked: " +
                           listed(types));
    }
  }

  // Makes every spelling of a group's flags known, also for types that are linked but not selected:
  // a file may serve several bots.
  void declare(const flag_group& group) {
    for (const flag& declared : group.flags) {
      add_known(group.plugin + "." + declared.name, declared);
      for (const std::string& instance : instances_[group.plugin]) {
        add_known(group.plugin + "." + instance + "." + declared.name, declared);
      }
    }
  }

  void add_known(const std::string& name, const flag& declared) {
    known_.insert(name);
    if (declared.is_secret) known_.insert(name + "-file");
  }

  settings values_of(const flag_group& group, const std::string& instance) {
    std::map<std::string, settings::value, std::less<>> values;
    const std::string owner = instance.empty() ? group.plugin : group.plugin + ":" + instance;
    for (const flag& declared : group.flags) {
      const std::string general =
          group.plugin.empty() ? declared.name : group.plugin + "." + declared.name;
      add_known(general, declared);
      std::vector<std::string> names;
      if (!instance.empty()) names.push_back(group.plugin + "." + instance + "." + declared.name);
      names.push_back(general);
      values.emplace(declared.name, value_of(declared, names));
    }
    return {owner.empty() ? "bot" : owner, std::move(values)};
  }

  settings::value value_of(const flag& declared, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const setting_values::entry* entry = given_.find(name);
      const setting_values::entry* file =
          declared.is_secret ? given_.find(name + "-file") : nullptr;
      if (entry != nullptr && file != nullptr) {
        throw settings_error(shown(name, entry->source) + " and " +
                             shown(name + "-file", file->source) + " are both given; give one");
      }
      if (file != nullptr && !file->values.empty()) {
        const std::string secret =
            read_secret(file->values.back(), shown(name + "-file", file->source));
        return checked(declared, name, {secret}, file->source, true);
      }
      if (entry != nullptr) return checked(declared, name, entry->values, entry->source, true);
    }
    if (declared.is_required) {
      const std::string& name = names.front();
      std::string text = as_flag(name) + " is missing: " + declared.help;
      if (declared.is_secret) text += " (or " + as_flag(name) + "-file)";
      throw settings_error(text);
    }
    std::vector<std::string> fallback;
    if (!declared.default_value.empty()) fallback.push_back(declared.default_value);
    return checked(declared, names.back(), fallback, "default", false);
  }

  settings::value checked(const flag& declared, const std::string& name,
                          const std::vector<std::string>& given, const std::string& source,
                          bool is_given) {
    settings::value value(given.empty() ? std::string() : given.back(), source, declared.type,
                          is_given);
    value.secret = declared.is_secret;
    if (declared.is_secret) {
      secrets_.insert(secrets_.end(), given.begin(), given.end());
      if (declared.type == flag_type::list) {
        for (std::string& part : split_list(given)) secrets_.push_back(std::move(part));
      }
    }
    const auto refuse = [&](const std::string& expected) {
      const std::string had = declared.is_secret ? std::string() : " is '" + value.text + "';";
      throw settings_error(shown(name, source) + had + " expected " + expected);
    };
    if (declared.type != flag_type::list && given.size() > 1) {
      throw settings_error(shown(name, source) + " is given " + std::to_string(given.size()) +
                           " times; it takes one value");
    }
    const bool blank = value.text.empty() && !is_given;
    switch (declared.type) {
      case flag_type::text:
        if (declared.is_required && value.text.empty()) refuse("a value, not an empty text");
        break;
      case flag_type::integer: {
        if (blank) break;
        const auto number = parse_integer(value.text);
        if (!number) refuse("a whole number");
        if (*number < declared.low || *number > declared.high) {
          refuse("a number from " + std::to_string(declared.low) + " to " +
                 std::to_string(declared.high));
        }
        value.number = *number;
        break;
      }
      case flag_type::boolean: {
        if (blank) break;
        const auto yes = parse_boolean(value.text);
        if (!yes) refuse("yes or no");
        value.number = *yes ? 1 : 0;
        break;
      }
      case flag_type::duration: {
        if (blank) break;
        const auto time = parse_duration(value.text);
        if (!time) refuse("a duration such as 250ms, 30s, 5m or 1h30m");
        value.time = *time;
        break;
      }
      case flag_type::list:
        value.parts = split_list(given);
        // An empty text is an empty list, and a comma too many is none; commas alone are a mistake.
        if (value.parts.empty() && value.text.find(',') != std::string::npos) {
          refuse("at least one value between the commas");
        }
        value.text = listed(value.parts);
        if (value.parts.empty()) value.text.clear();
        if (declared.is_required && value.parts.empty()) refuse("at least one value");
        break;
    }
    if (declared.look && !value.text.empty()) {
      if (const auto expected = declared.look(value.text)) refuse(*expected);
    }
    if (!declared.words.empty() && !value.text.empty()) {
      const std::vector<std::string> words =
          declared.type == flag_type::list ? value.parts : std::vector<std::string>{value.text};
      for (const std::string& word : words) {
        if (std::find(declared.words.begin(), declared.words.end(), word) == declared.words.end()) {
          refuse("one of " + listed(declared.words) + meant(word, declared.words));
        }
      }
    }
    return value;
  }

  // "irc:oftc" for "irc.oftc.server", if that is what the name means.
  [[nodiscard]] std::string unselected_instance(const std::string& name) const {
    for (const flag_group& group : groups_) {
      if (!group.is_input || !name.starts_with(group.plugin + ".")) continue;
      const std::size_t dot = name.rfind('.');
      const std::size_t start = group.plugin.size() + 1;
      if (dot == std::string::npos || dot <= start) continue;
      if (known_.count(group.plugin + name.substr(dot)) == 0) continue;
      return group.plugin + ":" + name.substr(start, dot - start);
    }
    return {};
  }

  void refuse_unknown() const {
    const std::vector<std::string> names(known_.begin(), known_.end());
    for (const auto& [name, entry] : given_.all()) {
      if (known_.count(name) != 0) continue;
      if (const std::string instance = unselected_instance(name); !instance.empty()) {
        throw settings_error(shown(name, entry.source) + " is for the input " + instance +
                             ", which --inputs does not select");
      }
      std::string near = meant(name, names);
      if (entry.source.starts_with("--") && !near.empty()) {
        near = "; did you mean '" + as_flag(nearest(name, names, 1).front()) + "'?";
      }
      const std::string what = entry.source.starts_with("--")
                                   ? "unknown flag " + entry.source
                                   : "unknown setting '" + name + "' (" + entry.source + ")";
      throw settings_error(what + near);
    }
  }

  const std::vector<flag_group>& groups_;
  const setting_values& given_;
  std::map<std::string, std::vector<std::string>> instances_;
  std::set<std::string> known_;
  std::vector<std::string> secrets_;
};

}  // namespace

std::string as_flag(std::string_view full_name) {
  std::string text = "--";
  for (const char c : full_name) text += c == '.' ? '-' : c;
  return text;
}

resolved_settings resolve(const std::vector<flag_group>& groups, const setting_values& given) {
  return resolver(groups, given).run();
}

}  // namespace mynah::core
