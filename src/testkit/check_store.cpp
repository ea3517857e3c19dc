// SPDX-License-Identifier: Apache-2.0
#include <mynah/testkit/check_store.hpp>

#include "testkit/store_checks.hpp"

namespace mynah::testkit {

namespace {

std::vector<store_check> all_checks() {
  std::vector<store_check> result;
  add_value_checks(result);
  add_transaction_checks(result);
  add_queue_checks(result);
  add_lease_checks(result);
  add_audit_checks(result);
  add_upkeep_checks(result);
  return result;
}

void run(store_under_test& tested, const store_check& check) {
  try {
    checked_store fresh(tested);
    check.run(fresh);
  } catch (const store_check_failed& failed) {
    throw store_check_failed("the store breaks the promise \"" + check.promise +
                             "\": " + failed.what());
  } catch (const std::exception& error) {
    throw store_check_failed("the store breaks the promise \"" + check.promise + "\": it throws " +
                             error.what());
  }
}

}  // namespace

checked_store::checked_store(store_under_test& of)
    : of_(of), clock_(std::make_shared<virtual_clock>()), store_(of.make(clock_)) {
  store_->open();
}

void checked_store::pass(std::chrono::milliseconds time) {
  const auto limit = clock_->now() + time;
  while (clock_->advance_to_next(limit)) {
  }
}

bool checked_store::restart() {
  store_.reset();
  store_ = of_.reopen(clock_);
  if (store_ == nullptr) return false;
  store_->open();
  return true;
}

std::vector<queue_item> checked_store::items(const std::string& queue) {
  std::vector<queue_item> result;
  read([&](transaction& tx) {
    result.clear();
    tx.scan_queue(queue, 0, [&](const queue_item& item) {
      result.push_back(item);
      return true;
    });
  });
  return result;
}

void expect(bool holds, const std::string& what) {
  if (!holds) throw store_check_failed("not so: " + what);
}

std::vector<std::string> store_promises() {
  std::vector<std::string> result;
  for (const store_check& each : all_checks()) result.push_back(each.promise);
  return result;
}

void check_store(store_under_test& tested, const std::string& promise) {
  for (const store_check& each : all_checks()) {
    if (each.promise == promise) return run(tested, each);
  }
  throw std::invalid_argument("there is no promise \"" + promise + "\"");
}

void check_store(store_under_test& tested) {
  for (const store_check& each : all_checks()) run(tested, each);
}

}  // namespace mynah::testkit
