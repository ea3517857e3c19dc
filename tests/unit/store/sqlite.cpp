// SPDX-License-Identifier: Apache-2.0
#include "check_each.hpp"
#include "sqlite_under_test.hpp"

TEST_CASE("the store in an SQLite file keeps every promise", "[store][sqlite]") {
  mynah_test::sqlite_under_test tested;
  mynah_test::check_each_promise(tested);
}
