// SPDX-License-Identifier: Apache-2.0
#include "app/help_text.hpp"

#include <string_view>

#include "app/setting_table.hpp"

namespace mynah::cli {

namespace {

constexpr std::size_t help_column = 30;
constexpr std::size_t width = 100;

// `  --flag <value>      words, wrapped and indented`
void append_entry(std::string& out, const std::string& left, std::string_view words) {
  out += "  " + left;
  std::size_t column = left.size() + 2;
  if (column + 2 > help_column) {
    out += '\n';
    column = 0;
  }
  out.append(help_column - column, ' ');
  column = help_column;
  bool first = true;
  while (!words.empty()) {
    const std::size_t blank = words.find(' ');
    const std::string_view word = words.substr(0, blank);
    words.remove_prefix(blank == std::string_view::npos ? words.size() : blank + 1);
    if (!first && column + 1 + word.size() > width) {
      out += '\n';
      out.append(help_column, ' ');
      column = help_column;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    first = false;
  }
  out += '\n';
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += separator;
    text += word;
  }
  return text;
}

std::string placeholder(const flag& declared) {
  if (declared.is_secret) return " <secret>";
  if (!declared.words.empty() && declared.words.size() <= 4 && declared.type != flag_type::list) {
    return " " + joined(declared.words, "|");
  }
  switch (declared.type) {
    case flag_type::boolean:
      return "[=yes|no]";
    case flag_type::integer:
      return " <number>";
    case flag_type::duration:
      return " <time>";
    case flag_type::list:
      return " <list>";
    case flag_type::text:
      break;
  }
  return " <text>";
}

std::string description(const flag& declared, const std::string& full_name,
                        const std::string& fallback) {
  std::string words = declared.help;
  if (declared.words.size() > 4) words += " (" + joined(declared.words, ", ") + ")";
  if (declared.is_required) words += " (required)";
  if (!fallback.empty()) {
    words += " (default: " + (declared.is_secret ? std::string("***") : fallback) + ")";
  }
  std::vector<std::string> variables{variable_of(full_name)};
  variables.insert(variables.end(), declared.variables.begin(), declared.variables.end());
  words += " [" + joined(variables, ", ") + "]";
  if (declared.is_secret) {
    words += " (secret: never shown; better in a file, named by --" + option_of(full_name) +
             "-file or by the variable with _FILE added)";
  }
  return words;
}

void append_group(std::string& out, const flag_group& group, const std::string& default_inputs) {
  for (const flag& declared : group.flags) {
    const std::string full_name =
        group.plugin.empty() ? declared.name : group.plugin + "." + declared.name;
    const std::string& fallback = full_name == "inputs" && declared.default_value.empty()
                                      ? default_inputs
                                      : declared.default_value;
    append_entry(out, "--" + option_of(full_name) + placeholder(declared),
                 description(declared, full_name, fallback));
  }
}

}  // namespace

std::string help_text(const std::string& program, const std::string& title,
                      const std::vector<flag_group>& groups, const std::string& default_inputs,
                      const std::vector<subcommand>& subcommands) {
  std::string out = title + "\n\nUsage: " + program + " [flags]\n       " + program +
                    " audit export [--format json|csv] [--since <when>] [--until <when>] [--user "
                    "<text>]\n           [--command <name>] [--room <text>] [--outcome <word>] "
                    "[--words <text>] [flags]\n";
  for (const subcommand& each : subcommands) {
    out +=
        "       " + program + " " + each.plugin + " " + each.name + " ...   " + each.summary + "\n";
  }
  out += "\nProgram:\n";
  append_entry(out, "--help, -h", "shows this");
  append_entry(out, "--version", "shows the version");
  append_entry(out, "--list-plugins", "shows what is linked into this program");
  append_entry(out, "--check-config", "checks all settings without touching a network; prints ok");
  append_entry(out, "--print-config", "shows every setting and where it came from");
  append_entry(out, "--exec <line>",
               "runs one command line and prints its reply; exit code 0 if it succeeded, 1 if it "
               "failed, was denied, or is no command");
  append_group(out, program_settings(), default_inputs);

  for (const flag_group& group : groups) {
    if (group.flags.empty() && !group.is_input) continue;
    out += "\n";
    if (group.plugin.empty()) {
      out += "Bot:\n";
    } else {
      out += group.is_input ? "Input " : "Plugin ";
      out += group.plugin + (group.summary.empty() ? "" : ": " + group.summary) + "\n";
    }
    append_group(out, group, default_inputs);
  }

  out +=
      "\nA setting comes from the command line, else from the environment (variables in brackets), "
      "else\nfrom the file, else it has its default. In the file `--irc-server` is the key "
      "`server` "
      "in the table\n`[irc]`. An input may run several times: --inputs=irc:a,irc:b gives each its "
      "own "
      "flags, such as\n--irc-a-server (table [irc.a]); what is not given there is taken from "
      "--irc-server.\n\nExit codes: 0 clean stop, 1 failure, 2 the configuration is wrong.\n";
  return out;
}

}  // namespace mynah::cli
