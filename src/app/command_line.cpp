// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows CLI11. It splits the arguments and finds the options; the config-file
// support is not used (a file would beat the environment). Before it sees them the arguments are
// brought into one form, `--option value`, because CLI11 would
//   - take the next argument as the value of `--option=`,
//   - take a forgotten value from the next flag (`--irc-server --irc-tls`),
//   - know neither `--no-irc-tls` nor `--irc_tls`.
#include "app/command_line.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

#include <mynah/error.hpp>

#include "core/nearest.hpp"

namespace mynah::cli {

namespace {

class action {
 public:
  const char* option;
  const char* help;
  bool command_line::* wanted;
};

constexpr action actions[] = {
    {"help", "", &command_line::help},
    {"version", "", &command_line::version},
    {"check-config", "", &command_line::check_config},
    {"print-config", "", &command_line::print_config},
    {"list-plugins", "", &command_line::list_plugins},
};

const action* find_action(const std::string& option) {
  for (const action& one : actions) {
    if (option == one.option) return &one;
  }
  return nullptr;
}

// An argument `--name` or `--name=value`, taken apart.
class spelling {
 public:
  explicit spelling(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    as_typed = argument.substr(0, equals);
    option = option_of(as_typed.substr(2));
    if (equals != std::string::npos) value = argument.substr(equals + 1);
  }

  std::string as_typed;
  std::string option;
  std::optional<std::string> value;
};

bool is_long(const std::string& argument) {
  return argument.size() > 2 && argument.starts_with("--");
}

// "irc:libera" for `irc-libera-server`, if `irc-server` is a flag of an input.
std::string instance_in(const std::string& option, const setting_table& table) {
  for (const known_setting& setting : table.all()) {
    if (setting.input.empty() || !setting.option.starts_with(setting.input + "-")) continue;
    const std::string flag = setting.option.substr(setting.input.size());
    if (option.size() > setting.option.size() + 1 && option.starts_with(setting.input + "-") &&
        option.ends_with(flag)) {
      const std::size_t start = setting.input.size() + 1;
      return setting.input + ":" + option.substr(start, option.size() - flag.size() - start);
    }
  }
  return {};
}

std::string did_you_mean(const std::string& option, const setting_table& table) {
  std::vector<std::string> options;
  for (const known_setting& setting : table.all()) options.push_back(setting.option);
  for (const action& one : actions) options.emplace_back(one.option);
  options.emplace_back("exec");
  std::vector<std::string> near = core::nearest(option, options, 1);
  // `--server` for `--irc-server`.
  for (const std::string& known : options) {
    if (near.empty() && known.ends_with("-" + option)) near.push_back(known);
  }
  const std::string instance = near.empty() ? instance_in(option, table) : "";
  if (!instance.empty()) return "; is '" + instance + "' missing in --inputs?";
  return near.empty() ? " (see --help)" : "; did you mean '--" + near.front() + "'?";
}

// Arguments in the one form that CLI11 gets.
class canonical_arguments {
 public:
  canonical_arguments(const std::vector<std::string>& arguments, const setting_table& table)
      : table_(table) {
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      const std::string& argument = arguments[i];
      if (is_long(argument)) {
        long_option(spelling(argument), arguments, i);
      } else if (argument == "-h") {
        list.emplace_back("--help");
      } else if (argument.size() > 1 && argument.front() == '-') {
        const std::string as_typed = argument.substr(0, argument.find('='));
        const std::size_t word = std::min(as_typed.find_first_not_of('-'), as_typed.size());
        throw settings_error("unknown flag " + as_typed +
                             did_you_mean(option_of(as_typed.substr(word)), table_));
      } else {
        stray(argument, i);
      }
    }
  }

  std::vector<std::string> list;
  std::map<std::string, std::string> typed;  ///< how the user spelt an option

 private:
  void long_option(const spelling& given, const std::vector<std::string>& arguments,
                   std::size_t& i) {
    if (find_action(given.option) != nullptr) {
      if (given.value) throw settings_error(given.as_typed + " takes no value");
      list.push_back("--" + given.option);
      return;
    }
    const known_setting* setting = table_.find_option(given.option);
    if (setting == nullptr && given.option.starts_with("no-")) {
      const known_setting* positive = table_.find_option(given.option.substr(3));
      if (positive != nullptr && positive->type == flag_type::boolean) {
        if (given.value) throw settings_error(given.as_typed + " takes no value");
        append(positive->option, given.as_typed, "false");
        return;
      }
    }
    if (setting == nullptr && given.option != "exec") {
      throw settings_error("unknown flag " + given.as_typed + did_you_mean(given.option, table_));
    }
    if (setting != nullptr && setting->is_secret) has_secret_ = true;
    if (given.value) {
      append(given.option, given.as_typed, *given.value);
    } else if (setting != nullptr && setting->type == flag_type::boolean) {
      append(given.option, given.as_typed, "true");
    } else if (i + 1 == arguments.size() || is_long(arguments[i + 1])) {
      throw settings_error(given.as_typed + " needs a value" +
                           (i + 1 == arguments.size() ? std::string()
                                                      : " (one that begins with -- is given as " +
                                                            given.as_typed + "=<value>)"));
    } else {
      append(given.option, given.as_typed, arguments[++i]);
    }
  }

  void append(const std::string& option, const std::string& as_typed, const std::string& value) {
    list.push_back("--" + option);
    list.push_back(value);
    typed.emplace(option, as_typed);
  }

  // A second word after a secret's flag may be the rest of the secret.
  [[noreturn]] void stray(const std::string& argument, std::size_t i) const {
    throw settings_error(has_secret_
                             ? "unexpected argument number " + std::to_string(i + 1) +
                                   "; values with blanks need quotes"
                             : "unexpected argument '" + argument + "'; flags begin with --");
  }

  const setting_table& table_;
  bool has_secret_ = false;
};

}  // namespace

command_line parse_command_line(const std::vector<std::string>& arguments,
                                const setting_table& table) {
  canonical_arguments canonical(arguments, table);
  command_line parsed;

  CLI::App parser;
  parser.set_help_flag();
  for (const action& one : actions) {
    parser.add_flag("--" + std::string(one.option), parsed.*one.wanted);
  }
  // Options are collected as texts: what they may hold the bot checks, whatever their source.
  std::vector<std::string> exec;
  const auto collect = [&parser](const std::string& option, std::vector<std::string>& into) {
    CLI::Option* added = parser.add_option(
        "--" + option,
        [&into](const CLI::results_t& values) {
          into = values;
          return true;
        },
        "");
    added->type_size(1)->expected(1)->allow_extra_args(false)->multi_option_policy(
        CLI::MultiOptionPolicy::TakeAll);
  };
  collect("exec", exec);
  std::vector<std::vector<std::string>> collected(table.all().size());
  for (std::size_t i = 0; i < table.all().size(); ++i) {
    collect(table.all()[i].option, collected[i]);
  }

  std::reverse(canonical.list.begin(), canonical.list.end());  // as CLI11 takes a vector
  try {
    parser.parse(canonical.list);
  } catch (const CLI::ParseError& problem) {
    throw settings_error("command line: " + problem.get_name());
  }

  if (exec.size() > 1) throw settings_error("--exec is given twice; it takes one command line");
  if (!exec.empty()) parsed.exec = exec.front();
  for (std::size_t i = 0; i < collected.size(); ++i) {
    if (collected[i].empty()) continue;
    const known_setting& setting = table.all()[i];
    parsed.values.set(setting.name, collected[i], canonical.typed[setting.option]);
  }
  return parsed;
}

std::vector<std::string> peek(const std::vector<std::string>& arguments, std::string_view option) {
  std::vector<std::string> values;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (!is_long(arguments[i])) continue;
    const spelling given(arguments[i]);
    if (given.option != option) continue;
    if (given.value) {
      values.push_back(*given.value);
    } else if (i + 1 < arguments.size() && !is_long(arguments[i + 1])) {
      values.push_back(arguments[++i]);
    }
  }
  return values;
}

bool peek_switch(const std::vector<std::string>& arguments, std::string_view option) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const std::string& argument) {
    return is_long(argument) && !spelling(argument).value && spelling(argument).option == option;
  });
}

}  // namespace mynah::cli
