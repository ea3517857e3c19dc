// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include <mynah/clock.hpp>

#include "connection.hpp"
#include "worker.hpp"

namespace mynah::sqlite {

/// Runs transactions that read, each on the latest state.
///
/// Thread safety: none.
class reader {
 public:
  reader(std::unique_ptr<connection> from, std::shared_ptr<clock> clock)
      : from_(std::move(from)), clock_(std::move(clock)) {}

  void run(std::vector<job>& jobs);

 private:
  std::exception_ptr run_one(const job& one);

  std::unique_ptr<connection> from_;
  std::shared_ptr<clock> clock_;
};

}  // namespace mynah::sqlite
