// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <mynah/store.hpp>
#include <mynah/testkit/virtual_clock.hpp>

#include "sqlite_under_test.hpp"

namespace mynah_test {

/// The store in that directory, open.
inline std::unique_ptr<mynah::store> opened(const std::string& directory, bool reading = false) {
  auto made = make_sqlite(directory, std::make_shared<mynah::testkit::virtual_clock>(), reading);
  made->open();
  return made;
}

/// Why it cannot be opened; nothing if it can.
inline std::optional<mynah::store_error> refused(const std::string& directory,
                                                 bool reading = false) {
  try {
    opened(directory, reading);
    return std::nullopt;
  } catch (const mynah::store_error& error) {
    return error;
  }
}

inline std::string value_of(mynah::store& in, const std::string& key) {
  std::string result;
  in.read([&](mynah::transaction& tx) { result = tx.get("s", key).value_or("none"); });
  return result;
}

inline void put(mynah::store& in, const std::string& key, const std::string& value) {
  in.write([&](mynah::transaction& tx) { tx.put("s", key, value); });
}

}  // namespace mynah_test
