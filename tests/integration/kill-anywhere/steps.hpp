// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <mynah/store.hpp>

namespace mynah_test {

/// The moments at which a process may be killed: before and after everything that leaves a trace
/// outside of it. Counted over the whole process, on whatever thread.
class steps {
 public:
  /// The process kills itself, as by SIGKILL, when it takes this step; zero: never.
  static void kill_at(unsigned step) noexcept;
  /// One step more.
  static void take() noexcept;
};

/// A store that takes steps: before a transaction is handed over, inside it when all is written and
/// nothing committed, and when it is committed and nobody knows yet.
std::shared_ptr<mynah::store> stepping(std::shared_ptr<mynah::store> real);

}  // namespace mynah_test
