// SPDX-License-Identifier: Apache-2.0
#include "writer.hpp"

#include <algorithm>

#include "errors.hpp"
#include "statement.hpp"
#include "transaction.hpp"

namespace mynah::sqlite {

namespace {

/// So that the first of many does not wait for all the others.
constexpr std::size_t group_limit = 256;

void report(std::span<job> jobs, const std::exception_ptr& why) {
  for (job& each : jobs) {
    each.what = nullptr;  // before `then`, as promised
    each.then(why);
  }
}

}  // namespace

writer::writer(std::unique_ptr<connection> to, std::shared_ptr<clock> clock)
    : to_(std::move(to)), clock_(std::move(clock)) {
  numbers_.load(*to_);
}

worker::duration writer::run(std::vector<job>& jobs) {
  using clock = std::chrono::steady_clock;
  const auto start = clock::now();
  commits_took_ = worker::duration(0);
  std::span<job> rest(jobs);
  while (!rest.empty()) {
    const std::size_t n = std::min(rest.size(), group_limit);
    run_group(rest.first(n));
    rest = rest.subspan(n);
  }
  // Who commits less often waits, and that is work not done meanwhile.
  const worker::duration works_took = clock::now() - start - commits_took_;
  return commits_took_ - works_took;
}

void writer::run_group(std::span<job> jobs) {
  if (jobs.empty()) return;
  if (jobs.size() == 1) return run_alone(jobs.front());
  try {
    begin();
  } catch (...) {
    return report(jobs, std::current_exception());
  }
  const std::size_t good = run_works(jobs);
  if (good == jobs.size()) {
    try {
      commit();
      return report(jobs, nullptr);
    } catch (...) {
      // Perhaps there is space for some of them.
      roll_back();
      for (job& each : jobs) run_alone(each);
      return;
    }
  }
  roll_back();
  run_group(jobs.first(good));
  run_alone(jobs[good]);
  run_group(jobs.subspan(good + 1));
}

void writer::run_alone(job& one) {
  std::exception_ptr why;
  try {
    begin();
    run_work(one);
    commit();
  } catch (...) {
    why = std::current_exception();
    roll_back();
  }
  one.what = nullptr;
  // All of it, so that whoever waits is the last who knows the exception.
  one.then(std::move(why));
}

std::size_t writer::run_works(std::span<job> jobs) {
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    try {
      run_work(jobs[i]);
    } catch (...) {
      return i;
    }
  }
  return jobs.size();
}

void writer::run_work(job& one) {
  sqlite_transaction transaction(*to_, &numbers_, clock_->wall());
  one.what(transaction);
  // It may have caught what failed.
  to_->refuse_to_go_on();
}

void writer::begin() {
  to_->forget_failure();
  numbers_.began();
  statement(*to_, sql::begin).run();
}

void writer::commit() {
  const auto start = std::chrono::steady_clock::now();
  statement(*to_, sql::commit).run();
  commits_took_ += std::chrono::steady_clock::now() - start;
}

void writer::roll_back() noexcept {
  numbers_.rolled_back();
  to_->roll_back();
}

}  // namespace mynah::sqlite
