// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <mynah/testkit/check_store.hpp>
#include <mynah/testkit/virtual_clock.hpp>

namespace mynah::testkit {

/// A store with nothing in it, and what checks do to it.
class checked_store {
 public:
  explicit checked_store(store_under_test& of);

  [[nodiscard]] store& tested() { return *store_; }
  [[nodiscard]] virtual_clock& clock() { return *clock_; }

  void write(store::work what) { store_->write(std::move(what)); }
  void read(store::work what) { store_->read(std::move(what)); }

  void pass(std::chrono::milliseconds time);
  /// False, and nothing is there any more, if the state does not survive a restart.
  bool restart();
  /// Finishes what was submitted.
  void destroy() { store_.reset(); }

  [[nodiscard]] std::vector<queue_item> items(const std::string& queue);

 private:
  store_under_test& of_;
  std::shared_ptr<virtual_clock> clock_;
  std::unique_ptr<store> store_;
};

/// Throws `store_check_failed` unless it holds. A text that names the promise is added later.
void expect(bool holds, const std::string& what);

class store_check {
 public:
  store_check(std::string promise, std::function<void(checked_store&)> run)
      : promise(std::move(promise)), run(std::move(run)) {}

  std::string promise;
  std::function<void(checked_store&)> run;
};

void add_value_checks(std::vector<store_check>& to);
void add_transaction_checks(std::vector<store_check>& to);
void add_queue_checks(std::vector<store_check>& to);
void add_lease_checks(std::vector<store_check>& to);
void add_audit_checks(std::vector<store_check>& to);
void add_upkeep_checks(std::vector<store_check>& to);

}  // namespace mynah::testkit
