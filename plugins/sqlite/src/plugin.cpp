// SPDX-License-Identifier: Apache-2.0
#include <mynah/sqlite.hpp>

#include <mynah/registry.hpp>
#include <mynah/store.hpp>
#include <mynah/version.hpp>

#include "store.hpp"

namespace mynah::sqlite {

namespace {

void fill(registry& into) {
  into.add(store_type("sqlite", "state in a file below state-dir",
                      [](const store_environment& given) { return make_store(given); }));
}

}  // namespace

const plugin_info& plugin() {
  static constexpr plugin_info info = {plugin_api_version, "sqlite", MYNAH_VERSION,
                                       "State in an SQLite file", fill};
  return info;
}

}  // namespace mynah::sqlite
