// SPDX-License-Identifier: Apache-2.0
#include <mynah/app.hpp>

#include <algorithm>
#include <array>
#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include <mynah/error.hpp>
#include <mynah/redactor.hpp>
#include <mynah/store.hpp>
#include <mynah/version.hpp>

#include "app/audit_export.hpp"
#include "app/command_line.hpp"
#include "app/config_file.hpp"
#include "app/environment.hpp"
#include "app/exec_input.hpp"
#include "app/help_text.hpp"
#include "app/precedence.hpp"
#include "app/print_settings.hpp"
#include "app/setting_table.hpp"
#include "app/state_directory.hpp"
#include "app/subcommands.hpp"
#include "core/nearest.hpp"

namespace mynah {

namespace {

constexpr int exit_clean = 0;
constexpr int exit_failure = 1;
constexpr int exit_configuration = 2;

// A socket that gets the number 0, 1 or 2 would receive what is meant for the user.
void open_standard_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) == -1) {
      if (::open("/dev/null", O_RDWR) == -1) return;
    }
  }
}

bool print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  return std::fflush(stdout) == 0 && written;
}

std::optional<log_level> level_named(std::string_view name) {
  for (const log_level level : {log_level::trace, log_level::debug, log_level::info,
                                log_level::warning, log_level::error, log_level::off}) {
    if (to_string(level) == name) return level;
  }
  return std::nullopt;
}

log_sink own_sink(log_format format) {
  return [format](const log_record& record) {
    const std::string line = log_line(record, format) + "\n";
    // One write: lines of several threads do not mix.
    std::fwrite(line.data(), 1, line.size(), stderr);
  };
}

}  // namespace

class app::impl {
 public:
  impl(std::string name, std::string version)
      : name_(std::move(name)),
        title_(name_ + " " + version + " (mynah " + mynah::version() + ")") {}

  int run(std::vector<std::string> arguments, plugin_list plugins) {
    open_standard_descriptors();
    // A reader who leaves is an error of the write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
    arguments_ = std::move(arguments);
    try {
      export_ = cli::take_audit_export(arguments_, std::chrono::system_clock::now());
      return started(plugins);
    } catch (const settings_error& problem) {
      complain(problem.what());
      return exit_configuration;
    } catch (const registration_error& problem) {
      complain(problem.what());
      return exit_configuration;
    } catch (const store_error& problem) {
      complain(problem.what());
      return is_permanent(problem.problem()) ? exit_configuration : exit_failure;
    } catch (const std::exception& problem) {
      complain(problem.what());
      return exit_failure;
    }
  }

  void complain(std::string_view problem) const {
    std::string line = redactor(secrets_).redact(problem);
    std::replace_if(
        line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
    line = name_ + ": " + line + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fflush(stderr);
  }

  std::vector<command_ptr> commands_;
  std::vector<input_type> inputs_;
  std::vector<std::shared_ptr<mynah::stream>> streams_;
  std::vector<const plugin_info*> plugins_;
  std::optional<std::string> default_inputs_;
  std::function<log_sink(log_format)> make_sink_;
  std::function<void(bot&)> on_start_;
  std::function<void()> on_exit_;

 private:
  int started(plugin_list plugins) {
    if (cli::peek_switch(arguments_, "version")) {
      return print(title_ + "\n") ? exit_clean : exit_failure;
    }
    const bool help = cli::peek_switch(arguments_, "help") ||
                      std::find(arguments_.begin(), arguments_.end(), "-h") != arguments_.end();
    variables_ = cli::process_environment();
    if (!help) read_file();

    // What decides which flags there are, and how the bot is made, must be known before they are.
    const std::vector<std::string> exec = cli::peek(arguments_, "exec");
    const std::vector<std::string> selected = peeked("inputs");
    const bool quiet = !exec.empty() || only_console(selected);
    const log_format format = peeked_format();
    const log_level level = peeked_level(quiet ? log_level::warning : log_level::info);

    bot_options options;
    options.program = title_;
    options.log = make_sink_ ? make_sink_(format) : own_sink(format);
    options.level = level;
    logger log(options.log, level, "app");
    const auto outcome = std::make_shared<cli::exec_outcome>();
    if (!exec.empty()) {
      options.audit = [outcome](const audit_record& record) { outcome->observe(record); };
    }
    bot bot(io_.get_executor(), std::move(options));
    bot.use(plugins);
    for (const plugin_info* plugin : plugins_) bot.use(*plugin);
    for (const command_ptr& command : commands_) bot.add(command);
    for (const input_type& input : inputs_) bot.add(input);
    for (const auto& stream : streams_) bot.add(stream);

    const std::string fallback = default_inputs_for(bot);
    if (help) {
      return print(cli::help_text(name_, title_, bot.flags(), fallback, bot.subcommands()))
                 ? exit_clean
                 : exit_failure;
    }
    if (const subcommand* chosen = cli::chosen_subcommand(arguments_, bot.subcommands())) {
      const std::string text = chosen->run({arguments_.begin() + 2, arguments_.end()});
      return print(text) ? exit_clean : exit_failure;
    }
    refuse_unknown_inputs(bot, cli::input_names(selected));

    std::vector<flag_group> groups = bot.flags();
    groups.insert(groups.begin(), cli::program_settings());
    const cli::setting_table table(groups, known_inputs());
    const cli::command_line line = cli::parse_command_line(arguments_, table);
    const setting_values from_environment = cli::values_of(variables_, table);
    const setting_values from_file = cli::values_of(file_, table);
    remember_secrets(table, {&line.values, &from_environment, &from_file});
    const setting_values values =
        cli::combined({&line.values, &from_environment, &from_file}, table);
    if (line.list_plugins) return list_plugins(bot);

    if (line.exec) {
      if (line.exec->find_first_not_of(" \t\r\n") == std::string::npos) {
        throw settings_error("--exec needs a command line");
      }
      bot.add(cli::exec_input(*line.exec, outcome));
    }
    // Those of inputs that are not selected are secrets all the same.
    bot.mask(secrets_);
    hand_over(bot, values, table, line.exec.has_value(), fallback);
    bot.check();
    // Now those from files, too.
    for (const settings& group : bot.resolved()) {
      for (const auto& [name, value] : group.all()) {
        if (!value.secret) continue;
        secrets_.push_back(value.text);
        secrets_.insert(secrets_.end(), value.parts.begin(), value.parts.end());
      }
    }
    if (line.print_config) return print_config(bot, values, format, level);
    if (export_) return export_audit(bot);
    if (line.check_config) return print("ok\n") ? exit_clean : exit_failure;
    if (const auto doubts = cli::doubtful(variables_, table); !doubts.empty()) {
      log = log.masking(redactor(secrets_));
      for (const std::string& doubt : doubts) log.warning(doubt);
    }

    const int code = run_bot(bot);
    if (line.exec && code == exit_clean) {
      return outcome->succeeded() ? exit_clean : exit_failure;
    }
    return code;
  }

  void read_file() {
    const std::vector<std::string> given = cli::peek(arguments_, "config");
    if (given.size() > 1) throw settings_error("--config is given twice; it takes one file");
    std::string source = "--config";
    std::string path = given.empty() ? std::string() : given.front();
    if (given.empty()) {
      source = "MYNAH_CONFIG";
      path = cli::peek(variables_, source);
      if (path.empty()) return;
    }
    if (path.empty()) throw settings_error("--config needs a value");
    try {
      file_ = cli::read_config_file(path);
    } catch (const settings_error& problem) {
      throw settings_error(source + ": " + problem.what());
    }
  }

  // By precedence, before the table of settings is known.
  [[nodiscard]] std::vector<std::string> peeked(std::string_view name) const {
    std::vector<std::string> values = cli::peek(arguments_, name);
    if (!values.empty()) return values;
    const std::string variable = cli::peek(variables_, cli::variable_of(name));
    if (!variable.empty()) return {variable};
    return file_.peek(name);
  }

  [[nodiscard]] log_format peeked_format() const {
    const std::vector<std::string> given = peeked("log-format");
    const std::string word = given.empty() ? "text" : given.back();
    if (word != "text" && word != "json") {
      throw settings_error("--log-format is '" + word + "'; expected one of text, json");
    }
    return word == "json" ? log_format::json : log_format::text;
  }

  [[nodiscard]] log_level peeked_level(log_level fallback) const {
    const std::vector<std::string> given = peeked("log-level");
    if (given.empty()) return fallback;
    const std::optional<log_level> level = level_named(given.back());
    if (!level) {
      const std::vector<std::string> near =
          core::nearest(given.back(), {"trace", "debug", "info", "warning", "error", "off"}, 1);
      throw settings_error("--log-level is '" + given.back() +
                           "'; expected one of trace, debug, info, warning, error, off" +
                           (near.empty() ? "" : "; did you mean '" + near.front() + "'?"));
    }
    return *level;
  }

  [[nodiscard]] bool only_console(const std::vector<std::string>& selected) const {
    const std::vector<std::string> names = cli::input_names(selected);
    if (names.empty()) return !default_inputs_ || *default_inputs_ == "console";
    return names.size() == 1 && names.front() == "console";
  }

  [[nodiscard]] std::string default_inputs_for(const bot& bot) const {
    if (default_inputs_) return *default_inputs_;
    const std::vector<std::string> linked = bot.input_types();
    return std::find(linked.begin(), linked.end(), "console") == linked.end() ? "" : "console";
  }

  // Names in every layer, so that a file may hold tables of inputs which the command line leaves
  // out.
  [[nodiscard]] std::vector<std::string> known_inputs() const {
    std::vector<std::string> names;
    for (const std::vector<std::string>& layer :
         {cli::peek(arguments_, "inputs"),
          std::vector<std::string>{cli::peek(variables_, "MYNAH_INPUTS")}, file_.peek("inputs")}) {
      const std::vector<std::string> here = cli::input_names(layer);
      names.insert(names.end(), here.begin(), here.end());
    }
    return names;
  }

  // Before flags are read: those of an instance of an unknown input are unknown too, and the input
  // is what is wrong. The bot has the words for it.
  void refuse_unknown_inputs(bot& bot, const std::vector<std::string>& selected) const {
    const std::vector<std::string> linked = bot.input_types();
    for (const std::string& name : selected) {
      if (std::find(linked.begin(), linked.end(), name.substr(0, name.find(':'))) != linked.end()) {
        continue;
      }
      setting_values values;
      values.set("inputs", selected, source_of_inputs());
      bot.set(values);
      bot.check();
    }
  }

  [[nodiscard]] std::string source_of_inputs() const {
    if (!cli::peek(arguments_, "inputs").empty()) return "--inputs";
    if (!cli::peek(variables_, "MYNAH_INPUTS").empty()) return "MYNAH_INPUTS";
    for (const cli::file_entry& entry : file_.entries) {
      if (entry.name == "inputs") return file_.place(entry.line);
    }
    return "default";
  }

  void remember_secrets(const cli::setting_table& table,
                        std::initializer_list<const setting_values*> layers) {
    for (const setting_values* layer : layers) {
      for (const auto& [name, entry] : layer->all()) {
        const cli::known_setting* setting = table.find(name);
        if (setting == nullptr || !setting->is_secret) continue;
        secrets_.insert(secrets_.end(), entry.values.begin(), entry.values.end());
      }
    }
  }

  // What the bot gets: not the program's own settings, and of instances only those it will run.
  void hand_over(bot& bot, const setting_values& values, const cli::setting_table& table, bool exec,
                 const std::string& fallback) const {
    const setting_values::entry* inputs = values.find("inputs");
    std::vector<std::string> running;
    if (inputs != nullptr && !exec) running = cli::input_names(inputs->values);
    const cli::setting_table used(bot.flags(), running);
    setting_values given;
    for (const auto& [name, entry] : values.all()) {
      if (cli::is_program_setting(name) || used.find(name) == nullptr) continue;
      given.set(table.find(name)->name, entry.values, entry.source);
    }
    choose_store(bot, given, exec);
    if (exec) {
      given.set("inputs", "exec", "--exec");
    } else if (inputs == nullptr && !fallback.empty()) {
      given.set("inputs", fallback, "default");
    }
    bot.set(std::move(given));
  }

  // State in a file, if a store for that is linked; one command line needs none.
  void choose_store(const bot& bot, setting_values& given, bool exec) const {
    const std::vector<std::string> linked = bot.store_types();
    const bool sqlite = std::find(linked.begin(), linked.end(), "sqlite") != linked.end();
    if (given.find("store") == nullptr && sqlite && !exec) {
      given.set("store", "sqlite", "default");
    }
    if (given.find("state-dir") != nullptr) return;
    const cli::state_directory place = cli::default_state_directory(variables_, name_);
    if (!place.path.empty()) given.set("state-dir", place.path, place.source);
  }

  [[nodiscard]] int export_audit(const bot& bot) const {
    const std::unique_ptr<store> from = bot.store_for_reading();
    from->open();
    bool written = true;
    // What was recorded before it was known to be a secret.
    const redactor safe(secrets_);
    cli::write_audit(*from, *export_, [&written, &safe](std::string_view line) {
      const std::string shown = safe.redact(line);
      written = std::fwrite(shown.data(), 1, shown.size(), stdout) == shown.size();
      return written;
    });
    written = std::fflush(stdout) == 0 && written;
    if (!written) complain("the audit could not be written to standard output");
    return written ? exit_clean : exit_failure;
  }

  [[nodiscard]] int list_plugins(const bot& bot) const {
    std::string text;
    std::size_t width = 0;
    const std::vector<const plugin_info*> plugins = bot.plugins();
    for (const plugin_info* plugin : plugins) {
      width = std::max(width, std::string_view(plugin->name).size());
    }
    for (const plugin_info* plugin : plugins) {
      std::string name = plugin->name;
      name.resize(width, ' ');
      text += name + "  " + plugin->version + "  " + plugin->summary + "\n";
    }
    return print(text) ? exit_clean : exit_failure;
  }

  [[nodiscard]] int print_config(const bot& bot, const setting_values& values, log_format format,
                                 log_level level) const {
    const auto source = [&values](const char* name) {
      const setting_values::entry* entry = values.find(name);
      return entry == nullptr ? std::string("default") : entry->source;
    };
    std::map<std::string, settings::value, std::less<>> own;
    own.emplace("config",
                settings::value(file_.path, file_.path.empty() ? "default" : source("config"),
                                flag_type::text, true));
    own.emplace("log-level", settings::value(std::string(to_string(level)), source("log-level"),
                                             flag_type::text, true));
    own.emplace("log-format", settings::value(format == log_format::json ? "json" : "text",
                                              source("log-format"), flag_type::text, true));
    const redactor safe(secrets_);
    std::string text = cli::settings_text(settings("program", std::move(own)), "", safe);
    bool of_bot = true;  // the bot's own settings come first
    for (const settings& group : bot.resolved()) {
      text += cli::settings_text(group, cli::prefix_of(group, of_bot), safe);
      of_bot = false;
    }
    return print(text) ? exit_clean : exit_failure;
  }

  int run_bot(bot& bot) {
    if (on_start_) on_start_(bot);
    boost::asio::signal_set signals(io_, SIGINT, SIGTERM);
    // The first one drains, the second one cancels what still runs.
    std::function<void()> listen = [&] {
      signals.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        bot.stop();
        listen();
      });
    };
    listen();

    std::exception_ptr thrown;
    result<void> ended;
    boost::asio::co_spawn(io_, bot.run(), [&](std::exception_ptr problem, result<void> outcome) {
      thrown = std::move(problem);
      ended = std::move(outcome);
      io_.stop();
    });
    io_.run();

    int code = exit_clean;
    try {
      if (thrown) std::rethrow_exception(thrown);
      if (!ended) {
        complain(ended.error().describe());
        code = is_permanent(ended.error().code()) ? exit_configuration : exit_failure;
      }
    } catch (const settings_error& problem) {
      complain(problem.what());
      code = exit_configuration;
    } catch (const registration_error& problem) {
      complain(problem.what());
      code = exit_configuration;
    } catch (const store_error& problem) {
      complain(problem.what());
      code = is_permanent(problem.problem()) ? exit_configuration : exit_failure;
    } catch (const std::exception& problem) {
      complain(problem.what());
      code = exit_failure;
    }
    if (on_exit_) on_exit_();
    std::fflush(stdout);
    std::fflush(stderr);
    // Threads of abandoned commands still use what destructors would take from them.
    if (bot.abandoned_commands()) std::_Exit(code);
    return code;
  }

  std::string name_;
  std::string title_;
  std::vector<std::string> arguments_;
  cli::environment variables_;
  cli::config_file file_;
  std::vector<std::string> secrets_;
  std::optional<cli::audit_export> export_;
  boost::asio::io_context io_{1};  // run by one thread: it need not look for others to wake
};

app::app(std::string name, std::string version)
    : impl_(std::make_unique<impl>(std::move(name), std::move(version))) {}

app::~app() = default;

app& app::add(command_ptr added) {
  impl_->commands_.push_back(std::move(added));
  return *this;
}

app& app::add(input_type added) {
  impl_->inputs_.push_back(std::move(added));
  return *this;
}

app& app::add(std::shared_ptr<stream> added) {
  impl_->streams_.push_back(std::move(added));
  return *this;
}

app& app::use(const plugin_info& plugin) {
  impl_->plugins_.push_back(&plugin);
  return *this;
}

app& app::default_inputs(std::string names) {
  impl_->default_inputs_ = std::move(names);
  return *this;
}

app& app::log_through(std::function<log_sink(log_format)> make_sink) {
  impl_->make_sink_ = std::move(make_sink);
  return *this;
}

app& app::on_start(std::function<void(bot&)> action) {
  impl_->on_start_ = std::move(action);
  return *this;
}

app& app::on_exit(std::function<void()> action) {
  impl_->on_exit_ = std::move(action);
  return *this;
}

int app::run(int argc, const char* const* argv, plugin_list plugins) noexcept {
  try {
    std::vector<std::string> arguments;
    for (int i = 1; i < argc; ++i) arguments.emplace_back(argv[i]);
    return impl_->run(std::move(arguments), plugins);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return exit_failure;
  } catch (...) {
    std::fputs("unknown failure\n", stderr);
    return exit_failure;
  }
}

}  // namespace mynah
