// SPDX-License-Identifier: Apache-2.0
#include "core/memory_store.hpp"

#include "core/memory_transaction.hpp"

namespace mynah {

namespace core {

void memory_store::open() {
  const std::lock_guard lock(mutex_);
  for (auto& each : state_.items) each.second.until = {};
}

void memory_store::submit(work what, done then) {
  const std::exception_ptr ended = run(what, false);
  what = nullptr;  // before `then`, as promised
  then(ended);
}

void memory_store::submit_reading(work what, done then) {
  const std::exception_ptr ended = run(what, true);
  what = nullptr;
  then(ended);
}

std::exception_ptr memory_store::run(const work& what, bool reading) {
  const std::lock_guard lock(mutex_);
  memory_transaction transaction(state_, clock_->wall(), reading);
  try {
    what(transaction);
    return nullptr;
  } catch (...) {
    transaction.roll_back();
    return std::current_exception();
  }
}

store_type memory_store_type() {
  return {"memory", "state in memory, gone with the process",
          [](const store_environment& given) { return make_memory_store(given.clock); }, false};
}

}  // namespace core

std::unique_ptr<store> make_memory_store(std::shared_ptr<clock> clock) {
  return std::make_unique<core::memory_store>(std::move(clock));
}

}  // namespace mynah
