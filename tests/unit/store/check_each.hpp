// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mynah/testkit/check_store.hpp>

#include "catch.hpp"

namespace mynah_test {

/// All that a store breaks, and not just the first.
inline void check_each_promise(mynah::testkit::store_under_test& tested) {
  for (const std::string& promise : mynah::testkit::store_promises()) {
    INFO(promise);
    CHECK_NOTHROW(mynah::testkit::check_store(tested, promise));
  }
}

}  // namespace mynah_test
