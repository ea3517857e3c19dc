// SPDX-License-Identifier: Apache-2.0
#include "manifest_command.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <mynah/error.hpp>

#include "net/web_url.hpp"

#include "manifest.hpp"

namespace mynah::slack {

namespace {

// What Slack allows.
constexpr std::size_t most_shortcuts = 10;
constexpr std::size_t most_in_callback = 255;

}  // namespace

std::string manifest_text(const std::vector<std::string>& arguments) {
  manifest_options options;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    std::string* into = nullptr;
    if (name == "--name") into = &options.name;
    if (name == "--description") into = &options.description;
    if (name == "--command") into = &options.command;
    if (name == "--url") into = &options.request_url;
    if (name == "--assistant") into = &options.assistant;
    const bool is_for_messages = name == "--message-shortcut";
    if (is_for_messages || name == "--shortcut") {
      into = &options.shortcuts.emplace_back(std::string(), is_for_messages).command;
    }
    if (into == nullptr) {
      throw settings_error("slack manifest: '" + word +
                           "' is none of --name, --description, --command, --url, --assistant, "
                           "--shortcut, --message-shortcut");
    }
    if (equals != std::string::npos) {
      *into = word.substr(equals + 1);
    } else if (i + 1 < arguments.size()) {
      *into = arguments[++i];
    } else {
      throw settings_error("slack manifest: " + name + " needs a value");
    }
    if (into->empty()) throw settings_error("slack manifest: " + name + " needs a value");
  }
  if (!options.command.starts_with('/') || options.command.find(' ') != std::string::npos) {
    throw settings_error("slack manifest: --command is '" + options.command +
                         "'; expected one word such as /mynah");
  }
  if (!options.request_url.empty() && !net::parse_https_url(options.request_url)) {
    throw settings_error("slack manifest: --url is '" + options.request_url +
                         "'; expected an https URL such as https://bot.example/slack");
  }
  if (options.shortcuts.size() > most_shortcuts) {
    throw settings_error("slack manifest: an app has " + std::to_string(most_shortcuts) +
                         " shortcuts at most");
  }
  for (const manifest_shortcut& each : options.shortcuts) {
    if (each.command.size() > most_in_callback || each.command.find(' ') != std::string::npos) {
      throw settings_error("slack manifest: a shortcut is '" + each.command +
                           "'; expected the name of a command");
    }
  }
  return manifest(options).dump(2) + "\n";
}

}  // namespace mynah::slack
