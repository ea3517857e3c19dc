// SPDX-License-Identifier: Apache-2.0
#include "core/registrations.hpp"

#include <algorithm>

#include <mynah/async_command.hpp>
#include <mynah/error.hpp>

#include "core/memory_store.hpp"
#include "core/parse_arguments.hpp"

namespace mynah::core {

namespace {

constexpr const char* program_itself = "the program";

std::string by(const std::string& origin) {
  return origin == program_itself ? origin : "plugin '" + origin + "'";
}

bool good_name(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

}  // namespace

registrations::registrations() : origin_("mynah") {
  add(memory_store_type());
  origin_ = program_itself;
}

void registrations::use(const plugin_info& plugin) {
  const std::string name = plugin.name;
  if (plugin.api_version != plugin_api_version) {
    throw registration_error("plugin '" + name + "' was compiled for plugin API " +
                             std::to_string(plugin.api_version) + ", this library has " +
                             std::to_string(plugin_api_version));
  }
  for (const plugin_info* other : plugins) {
    if (name == other->name) {
      throw registration_error("plugin '" + name + "' is used twice (versions " + other->version +
                               " and " + plugin.version + ")");
    }
  }
  plugins.push_back(&plugin);
  origin_ = name;
  try {
    plugin.fill(*this);
  } catch (...) {
    origin_ = program_itself;
    throw;
  }
  origin_ = program_itself;
}

void registrations::add(command_ptr added) {
  if (added == nullptr) throw registration_error(by(origin_) + " adds a null command");
  const command_spec& spec = added->spec();
  const std::string owner = "command '" + spec.name + "' of " + by(origin_);
  if (spec.name.empty() || spec.name.front() == ' ' || spec.name.back() == ' ') {
    throw registration_error("a command of " + by(origin_) + " has no usable name");
  }
  if (const auto wrong = declaration_error(spec)) throw registration_error(owner + ": " + *wrong);
  if (!spec.pattern.empty() && !spec.aliases.empty()) {
    throw registration_error(owner + " has a pattern and aliases; put them into the pattern");
  }
  std::vector<std::string> names = spec.aliases;
  names.insert(names.begin(), spec.name);
  for (const std::string& name : names) {
    const auto taken = by_name.find(name);
    if (taken != by_name.end()) {
      throw registration_error(owner + ": the name '" + name + "' is taken by command '" +
                               taken->second->code->spec().name + "' of " +
                               by(taken->second->origin));
    }
  }
  auto kept = std::make_unique<registered_command>();
  kept->code = std::move(added);
  kept->coroutine = dynamic_cast<async_command*>(kept->code.get());
  kept->origin = origin_;
  if (spec.pattern.empty()) {
    for (const std::string& name : names) {
      router.add_name(name, spec.order, owner);
      by_route.push_back(kept.get());
    }
  } else {
    router.add(spec.pattern, spec.order, owner);
    by_route.push_back(kept.get());
  }
  for (const std::string& name : names) by_name.emplace(name, kept.get());
  commands.push_back(std::move(kept));
}

void registrations::add(input_type added) {
  if (!good_name(added.name)) {
    throw registration_error(by(origin_) + ": '" + added.name +
                             "' is no name for an input; use small letters, digits and '-'");
  }
  const auto [place, is_new] = input_origins_.emplace(added.name, origin_);
  if (!is_new) {
    throw registration_error("input '" + added.name + "' of " + by(origin_) +
                             " is registered already by " + by(place->second));
  }
  for (const flag& each : added.flags) {
    if (!good_name(each.name)) {
      throw registration_error("input '" + added.name + "': '" + each.name +
                               "' is no name for a flag; use small letters, digits and '-'");
    }
  }
  inputs.push_back(std::move(added));
}

void registrations::add(std::shared_ptr<stream> added) {
  if (added == nullptr) throw registration_error(by(origin_) + " adds a null stream");
  for (const auto& other : streams) {
    if (other->name() == added->name()) {
      throw registration_error("stream '" + std::string(added->name()) + "' of " + by(origin_) +
                               " is registered twice");
    }
  }
  streams.push_back(std::move(added));
}

void registrations::add(store_type added) {
  if (!good_name(added.name)) {
    throw registration_error(by(origin_) + ": '" + added.name +
                             "' is no name for a store; use small letters, digits and '-'");
  }
  for (const registered_store& other : stores) {
    if (other.type.name == added.name) {
      throw registration_error("store '" + added.name + "' of " + by(origin_) +
                               " is registered already by " + by(other.origin));
    }
  }
  stores.emplace_back(std::move(added), origin_);
}

void registrations::add(flag added) {
  if (origin_ == program_itself) {
    throw registration_error("flag '" + added.name + "' is added outside of a plugin");
  }
  if (!good_name(added.name)) {
    throw registration_error(by(origin_) + ": '" + added.name +
                             "' is no name for a flag; use small letters, digits and '-'");
  }
  std::vector<flag>& own = flags[origin_];
  for (const flag& other : own) {
    if (other.name == added.name) {
      throw registration_error(by(origin_) + " adds the flag '" + added.name + "' twice");
    }
  }
  own.push_back(std::move(added));
}

void registrations::add(subcommand added) {
  if (origin_ == program_itself) {
    throw registration_error("subcommand '" + added.name + "' is added outside of a plugin");
  }
  if (!good_name(added.name)) {
    throw registration_error(by(origin_) + ": '" + added.name +
                             "' is no name for a subcommand; use small letters, digits and '-'");
  }
  for (const subcommand& other : subcommands) {
    if (other.plugin == origin_ && other.name == added.name) {
      throw registration_error(by(origin_) + " adds the subcommand '" + added.name + "' twice");
    }
  }
  added.plugin = origin_;
  subcommands.push_back(std::move(added));
}

void registrations::refuse_empty() const {
  if (inputs.empty() && commands.empty()) {
    throw registration_error(
        "nothing is registered: link plugins with mynah_link_plugins(<target> mynah::<plugin> ...) "
        "and pass linked_plugins(), or call bot.use(mynah::<plugin>::plugin())");
  }
  if (inputs.empty()) {
    throw registration_error(
        "no input is registered, so the bot could hear nobody: link one, such as mynah::console "
        "or mynah::irc");
  }
  if (commands.empty() && streams.empty()) {
    throw registration_error(
        "no command is registered, so the bot could do nothing: link mynah::builtins or add one");
  }
}

}  // namespace mynah::core
