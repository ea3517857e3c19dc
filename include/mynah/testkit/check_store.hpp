// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/store.hpp>

namespace mynah::testkit {

/// A kind of store, for `check_store`.
class store_under_test {
 public:
  store_under_test() = default;
  store_under_test(const store_under_test&) = delete;
  store_under_test& operator=(const store_under_test&) = delete;
  virtual ~store_under_test() = default;

  /// A store with nothing in it; not open. The one before it is destroyed already.
  virtual std::unique_ptr<store> make(std::shared_ptr<clock> clock) = 0;
  /// The state of the latest one again, as after a restart of the process; not open. Null if
  /// nothing survives that.
  virtual std::unique_ptr<store> reopen(std::shared_ptr<clock> clock) = 0;
};

/// A promise of `store` that is not kept; the text names it.
class store_check_failed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The promises that are checked, a sentence each.
[[nodiscard]] std::vector<std::string> store_promises();

/// Checks one of them. Throws `store_check_failed`, or what the store threw where it should not.
void check_store(store_under_test& tested, const std::string& promise);

/// Checks all of them.
///
///     class my_store_under_test final : public mynah::testkit::store_under_test { ... };
///
///     my_store_under_test tested;
///     mynah::testkit::check_store(tested);
///
/// Works with every test framework, as each reports an exception.
void check_store(store_under_test& tested);

}  // namespace mynah::testkit
