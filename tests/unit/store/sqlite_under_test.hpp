// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <mynah/log.hpp>
#include <mynah/testkit/check_store.hpp>

#include "temp_directory.hpp"

namespace mynah_test {

/// The store `sqlite` as a bot gets it from the plugin.
std::unique_ptr<mynah::store> make_sqlite(const std::string& directory,
                                          std::shared_ptr<mynah::clock> clock, bool reading = false,
                                          mynah::logger log = {});

/// Each new one in a fresh directory.
class sqlite_under_test final : public mynah::testkit::store_under_test {
 public:
  std::unique_ptr<mynah::store> make(std::shared_ptr<mynah::clock> clock) override;
  std::unique_ptr<mynah::store> reopen(std::shared_ptr<mynah::clock> clock) override;

 private:
  std::optional<temp_directory> directory_;
};

}  // namespace mynah_test
