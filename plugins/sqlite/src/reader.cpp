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
  from_->roll_back();
  return why;
}

}  // namespace mynah::sqlite
