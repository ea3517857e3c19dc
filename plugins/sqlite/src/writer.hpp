// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <memory>
#include <span>
#include <vector>

#include <mynah/clock.hpp>

#include "connection.hpp"
#include "numbers.hpp"
#include "worker.hpp"

namespace mynah::sqlite {

/// Runs transactions that write, many in one commit.
///
/// Works share one transaction of SQLite without anything between them, which is fast, so what one
/// of them spoils is spoiled for all. Then it is rolled back, and run again in parts: those before
/// it, itself, those behind it.
///
/// Thread safety: none.
class writer {
 public:
  writer(std::unique_ptr<connection> to, std::shared_ptr<clock> clock);

  /// Runs all and reports each. Gives how much longer the commits took than the works; below zero
  /// if they did not.
  worker::duration run(std::vector<job>& jobs);

 private:
  void run_group(std::span<job> jobs);
  void run_alone(job& one);
  /// The first that threw; their number if none did.
  std::size_t run_works(std::span<job> jobs);
  void run_work(job& one);
  void begin();
  void commit();
  void roll_back() noexcept;

  std::unique_ptr<connection> to_;
  std::shared_ptr<clock> clock_;
  numbers numbers_;
  worker::duration commits_took_{0};
};

}  // namespace mynah::sqlite
