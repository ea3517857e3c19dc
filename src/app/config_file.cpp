// SPDX-License-Identifier: Apache-2.0
//
// The only file that knows toml++.
#include "app/config_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>
// The parser asserts what it then reports as an error anyway: a broken file is no reason to abort,
// nor, which is what it makes of its assertions with NDEBUG, for the compiler to count on them.
#define TOML_ASSERT(expression) static_cast<void>(0)
// Follows nested tables by recursion; no setting is nested more deeply than a list.
#define TOML_MAX_NESTED_VALUES 16
#pragma push_macro("NDEBUG")
#undef NDEBUG
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <mynah/error.hpp>

#include "core/nearest.hpp"

namespace mynah::cli {

namespace {

constexpr std::size_t max_file_size = 1 << 20;
constexpr std::size_t max_key_parts = 32;

std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
      line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

// One past the end of the text in quotes that begins at `open`.
std::size_t end_of_quoted(std::string_view text, std::size_t open) {
  const char quote = text[open];
  const std::string three(3, quote);
  const bool many_lines = text.substr(open).starts_with(three);
  std::size_t at = open + (many_lines ? 3 : 1);
  while (at < text.size()) {
    if (quote == '"' && text[at] == '\\') {
      at += 2;
    } else if (many_lines && text.substr(at).starts_with(three)) {
      at += 3;
      // Up to two quotes before the three that end it are its own.
      for (int more = 0; more < 2 && at < text.size() && text[at] == quote; ++more) ++at;
      return at;
    } else if (!many_lines && (text[at] == quote || text[at] == '\n')) {
      return text[at] == quote ? at + 1 : at;
    } else {
      ++at;
    }
  }
  return text.size();
}

// Each part of a key is a table in a table, which the parser follows by recursion, also when it
// ends and when it cleans up. It limits the nesting of values, but not the parts of keys: a line of
// ten thousand would be the end of the stack. As far as the text is well-formed, this sees the keys
// that the parser will see.
void refuse_long_keys(std::string_view text, const config_file& file) {
  unsigned line = 1;
  std::size_t parts = 1;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = at + 1;
    switch (text[at]) {
      case '"':
      case '\'':
        next = end_of_quoted(text, at);
        break;
      case '#':
        next = std::min(text.find('\n', at), text.size());
        break;
      case '.':
        if (++parts > max_key_parts) {
          throw settings_error(file.place(line) + ": a key has more than " +
                               std::to_string(max_key_parts) + " parts");
        }
        break;
      case '\n':
      case '=':
      case ',':
      case '[':
      case ']':
      case '{':
      case '}':
        parts = 1;
        break;
      default:
        break;
    }
    const std::string_view passed = text.substr(at, next - at);
    line += static_cast<unsigned>(std::count(passed.begin(), passed.end(), '\n'));
    at = next;
  }
}

class reader {
 public:
  explicit reader(config_file& into) : file_(into) {}

  void table(const toml::table& found, const std::string& scope) {
    for (const auto& [key, node] : found) {
      const std::string name = scope + std::string(key.str());
      if (name == "roles" || name == "grants") {
        members(node, name);
      } else if (const toml::table* inner = node.as_table()) {
        table(*inner, name + ".");
      } else {
        value(name, node);
      }
    }
  }

 private:
  [[noreturn]] void refuse(const std::string& name, const toml::node& node,
                           const std::string& expected) const {
    throw settings_error(file_.place(node.source().begin.line) + ": '" + one_line(name) +
                         "': expected " + expected);
  }

  // [roles] deployer = ["deploy", "api.*"]  ->  role: deployer=deploy,api.*
  void members(const toml::node& node, const std::string& name) {
    const toml::table* found = node.as_table();
    if (found == nullptr) {
      refuse(name, node, "a table: [" + name + "]");
    }
    file_entry& entry = file_.entries.emplace_back();
    entry.name = name == "roles" ? "role" : "grant";
    entry.is_list = true;
    entry.line = node.source().begin.line;
    for (const auto& [key, member] : *found) {
      const std::vector<std::string> parts = texts(name + "." + std::string(key.str()), member);
      std::string joined;
      for (const std::string& part : parts) joined += (joined.empty() ? "" : ",") + part;
      entry.values.push_back(std::string(key.str()) + "=" + joined);
    }
    if (entry.values.empty()) file_.entries.pop_back();
  }

  // One text, or an array of them.
  std::vector<std::string> texts(const std::string& name, const toml::node& node) const {
    std::vector<std::string> values;
    if (const toml::array* list = node.as_array()) {
      for (const toml::node& element : *list) values.push_back(text(name, element));
    } else {
      values.push_back(text(name, node));
    }
    return values;
  }

  std::string text(const std::string& name, const toml::node& node) const {
    if (const auto* string = node.as_string()) return string->get();
    if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
    if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
    if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
    refuse(name, node, "text in quotes, a number, true or false, or a list of them");
  }

  void value(const std::string& name, const toml::node& node) {
    file_entry entry;
    entry.name = name;
    entry.is_list = node.is_array();
    entry.line = node.source().begin.line;
    entry.values = texts(name, node);
    file_.entries.push_back(std::move(entry));
  }

  config_file& file_;
};

std::string content_of(const std::string& path) {
  const auto fail = [&path](int error) {
    throw settings_error("cannot read '" + path + "': " + std::generic_category().message(error));
  };
  const auto closer = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(closer)> file(std::fopen(path.c_str(), "rbe"), closer);
  if (!file) fail(errno);
  struct stat status{};
  if (::fstat(::fileno(file.get()), &status) == 0 && S_ISDIR(status.st_mode)) fail(EISDIR);
  std::string content;
  char buffer[8192];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, file.get())) > 0;) {
    content.append(buffer, got);
    if (content.size() > max_file_size) {
      throw settings_error("cannot read '" + path + "': it is larger than 1 MiB");
    }
  }
  if (std::ferror(file.get()) != 0) fail(errno);
  return content;
}

}  // namespace

std::string config_file::place(unsigned line) const {
  return path + ":" + std::to_string(line);
}

std::vector<std::string> config_file::peek(std::string_view name) const {
  for (const file_entry& entry : entries) {
    if (entry.name == name) return entry.values;
  }
  return {};
}

config_file parse_config(std::string_view text, const std::string& path) {
  config_file file;
  file.path = path;
  refuse_long_keys(text, file);
  try {
    const toml::table root = toml::parse(text, std::string_view(path));
    reader(file).table(root, "");
  } catch (const toml::parse_error& problem) {
    throw settings_error(file.place(problem.source().begin.line) + ": " +
                         one_line(problem.description()));
  }
  // toml++ sorts by name; problems are to be told in the order of the file.
  std::sort(file.entries.begin(), file.entries.end(),
            [](const file_entry& one, const file_entry& other) {
              return std::tie(one.line, one.name) < std::tie(other.line, other.name);
            });
  return file;
}

config_file read_config_file(const std::string& path) {
  return parse_config(content_of(path), path);
}

setting_values values_of(const config_file& file, const setting_table& table) {
  setting_values values;
  for (const file_entry& entry : file.entries) {
    const known_setting* setting = table.find(entry.name);
    if (setting == nullptr || setting->name == "config") {
      std::vector<std::string> names;
      for (const known_setting& one : table.all()) names.push_back(one.name);
      const std::vector<std::string> near = core::nearest(entry.name, names, 1);
      throw settings_error(
          file.place(entry.line) + ": unknown setting '" + one_line(entry.name) + "'" +
          (near.empty() ? std::string() : "; did you mean '" + near.front() + "'?"));
    }
    const std::string place = file.place(entry.line);
    if (entry.is_list && setting->type != flag_type::list) {
      throw settings_error(place + ": '" + setting->name + "' takes one value, not a list");
    }
    if (const setting_values::entry* earlier = values.find(setting->name)) {
      if (setting->name != "role" && setting->name != "grant") {
        throw settings_error(place + ": '" + setting->name + "' is there twice (" +
                             earlier->source + ")");
      }
      // `role = [...]` beside `[roles]`: both count.
      for (const std::string& value : entry.values) values.add(setting->name, value, place);
      continue;
    }
    values.set(setting->name, entry.values, place);
  }
  return values;
}

}  // namespace mynah::cli
