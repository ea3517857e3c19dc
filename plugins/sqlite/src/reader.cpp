// SPDX-License-Identifier: Apache-2.0
#include "reader.hpp"

#include "statement.hpp"
#include "transaction.hpp"

namespace mynah::sqlite {

void reader::run(std::vector<job>& jobs) {
  for (job& each : jobs) each.then(run_one(each));
}

std::exception_ptr reader::run_one(const job& one) {
  std::exception_ptr why;
  try {
    from_->forget_failure();
    statement(*from_, sql::begin_reading).run();
    sqlite_transaction transaction(*from_, nullptr, clock_->wall());
    one.what(transaction);
    from_->refuse_to_go_on();
  } catch (...) {
    why = std::current_exception();
  }
  try {
    from_->forget_failure();
    if (from_->in_transaction()) statement(*from_, sql::roll_back).run();
  } catch (const store_error&) {
    // There is nothing to be undone.
  }
  return why;
}

}  // namespace mynah::sqlite
