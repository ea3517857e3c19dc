// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <mynah/bot.hpp>
#include <mynah/registry.hpp>
#include <mynah/store.hpp>

#include "core/job.hpp"
#include "core/router.hpp"

namespace mynah::core {

/// A kind of store and the plugin it came with, whose settings it gets.
class registered_store {
 public:
  registered_store(store_type type, std::string origin)
      : type(std::move(type)), origin(std::move(origin)) {}

  store_type type;
  std::string origin;
};

/// Everything that plugins and the program brought, checked as it comes.
class registrations final : public registry {
 public:
  registrations();

  /// Lets a plugin fill in; its name is the origin of what it adds. If it throws, the bot is not
  /// usable any more.
  void use(const plugin_info& plugin);

  void add(command_ptr added) override;
  void add(input_type added) override;
  void add(std::shared_ptr<stream> added) override;
  void add(store_type added) override;
  void add(flag added) override;
  void add(subcommand added) override;

  /// Throws `registration_error` if nothing at all is registered.
  void refuse_empty() const;

  std::vector<std::unique_ptr<registered_command>> commands;
  std::map<std::string, const registered_command*, std::less<>> by_name;  ///< aliases too
  std::vector<const registered_command*> by_route;                        ///< router index
  core::router router;
  std::vector<input_type> inputs;
  std::vector<std::shared_ptr<stream>> streams;
  std::vector<registered_store> stores;
  std::vector<const plugin_info*> plugins;
  std::map<std::string, std::vector<flag>> flags;  ///< by plugin
  std::vector<subcommand> subcommands;

 private:
  std::map<std::string, std::string> input_origins_;
  std::string origin_;
};

}  // namespace mynah::core
