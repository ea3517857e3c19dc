// SPDX-License-Identifier: Apache-2.0
#include "sqlite_under_test.hpp"

#include <mynah/command.hpp>
#include <mynah/input.hpp>
#include <mynah/registry.hpp>
#include <mynah/sqlite.hpp>
#include <mynah/stream.hpp>

namespace mynah_test {

namespace {

using namespace mynah;

/// Takes the one kind of store out of a plugin.
class store_registry final : public registry {
 public:
  void add(command_ptr) override {}
  void add(input_type) override {}
  void add(std::shared_ptr<stream>) override {}
  void add(flag) override {}
  void add(subcommand) override {}
  void add(store_type added) override { store = std::move(added); }

  std::optional<store_type> store;
};

}  // namespace

std::unique_ptr<store> make_sqlite(const std::string& directory,
                                   std::shared_ptr<mynah::clock> clock, bool reading, logger log) {
  store_registry into;
  sqlite::plugin().fill(into);
  return into.store->make(
      store_environment(directory, std::move(clock), std::move(log), settings(), reading));
}

std::unique_ptr<store> sqlite_under_test::make(std::shared_ptr<mynah::clock> clock) {
  directory_.emplace();
  return make_sqlite(directory_->path().string(), std::move(clock));
}

std::unique_ptr<store> sqlite_under_test::reopen(std::shared_ptr<mynah::clock> clock) {
  return make_sqlite(directory_->path().string(), std::move(clock));
}

}  // namespace mynah_test
