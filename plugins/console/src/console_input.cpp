// SPDX-License-Identifier: Apache-2.0
#include "console_input.hpp"

#include <cstdlib>
#include <utility>
#include <vector>

#include <pwd.h>
#include <unistd.h>

#include <mynah/bot_view.hpp>
#include <mynah/console.hpp>
#include <mynah/error.hpp>
#include <mynah/registry.hpp>
#include <mynah/version.hpp>

#include "console_conn.hpp"

namespace mynah::console {

namespace {

passwd* user_entry(passwd& entry, std::vector<char>& buffer) {
  passwd* found = nullptr;
  ::getpwuid_r(::geteuid(), &entry, buffer.data(), buffer.size(), &found);
  return found;
}

std::string home() {
  if (const char* folder = std::getenv("HOME"); folder != nullptr && *folder == '/') return folder;
  passwd entry{};
  std::vector<char> buffer(16384);
  const passwd* found = user_entry(entry, buffer);
  return found == nullptr || found->pw_dir == nullptr ? "" : found->pw_dir;
}

void fill(registry& into) {
  into.add(input_type("console", "the terminal or pipe this program was started with",
                      console_flags(), [](const input_environment& environment) {
                        return std::make_unique<console_input>(environment, STDIN_FILENO,
                                                               STDOUT_FILENO);
                      }));
}

}  // namespace

std::string login_name() {
  passwd entry{};
  std::vector<char> buffer(16384);
  const passwd* found = user_entry(entry, buffer);
  return found == nullptr ? "uid-" + std::to_string(::geteuid()) : found->pw_name;
}

std::string default_history_file() {
  // The specification: a path that is not absolute is to be ignored.
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') return std::string(state) + "/mynah/console-history";
  const std::string folder = home();
  return folder.empty() ? "" : folder + "/.local/state/mynah/console-history";
}

std::vector<flag> console_flags() {
  std::vector<flag> flags;
  flags.push_back(flag("prompt", "shown on a terminal before what is typed").fallback("> "));
  flags.push_back(
      flag("history-file",
           "file that keeps typed lines; empty: none (default: mynah/console-history in "
           "$XDG_STATE_HOME or ~/.local/state)"));
  return flags;
}

console_input::console_input(const input_environment& environment, int in, int out)
    : environment_(environment), in_(in), out_(out) {}

void console_input::init(const settings& values) {
  if (environment_.name != "console") {
    throw settings_error("input '" + environment_.name +
                         "': there is one terminal; the console takes no instance name");
  }
  prompt_ = sanitised(values.text("prompt"));
  if (prompt_.find('\n') != std::string::npos) {
    throw settings_error("--console-prompt (" + values.source("prompt") + "): expected one line");
  }
  history_file_ =
      values.given("history-file") ? values.text("history-file") : default_history_file();
}

task<result<void>> console_input::start() {
  co_return result<void>();
}

task<result<std::unique_ptr<conn>>> console_input::stream() {
  // What was read is gone: there is no second connection to the same terminal.
  if (opened_) co_return failure(errc::closed);
  opened_ = true;
  const bot_view& bot = environment_.bot;
  const std::string user = login_name();
  const principal speaker(environment_.name, user, assurance::verified, user);
  editor_options options;
  options.program = bot.name();
  options.prompt = prompt_;
  options.history_file = history_file_;
  options.prefix = bot.prefix();
  bot.visit_commands([&](const command& known) {
    if (!known.spec().is_hidden && bot.may_run(speaker, known)) {
      options.names.push_back(known.spec().name);
    }
  });
  const bool interactive = can_edit_lines(in_, out_);
  std::unique_ptr<conn> opened = std::make_unique<console_conn>(
      environment_, in_, out_, std::move(options), interactive, user);
  if (interactive) {
    environment_.log.debug("editing lines on the terminal", {{"history", history_file_}});
  }
  co_return opened;
}

task<void> console_input::stop() {
  co_return;
}

const plugin_info& plugin() {
  static const plugin_info info{plugin_api_version, "console", MYNAH_VERSION,
                                "the terminal or pipe this program was started with", &fill};
  return info;
}

}  // namespace mynah::console
