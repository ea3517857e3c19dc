// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>

#include <mynah/store.hpp>

#include "core/memory_state.hpp"

namespace mynah::core {

/// Runs each transaction at once, in the thread that submits it. May be opened again, by a bot that
/// follows one that is gone: then its claims end.
class memory_store final : public store {
 public:
  explicit memory_store(std::shared_ptr<clock> clock) : clock_(std::move(clock)) {}

  void open() override;
  void submit(work what, done then) override;
  void submit_reading(work what, done then) override;

 private:
  std::exception_ptr run(const work& what, bool reading);

  std::shared_ptr<clock> clock_;
  std::mutex mutex_;
  memory_state state_;
};

/// `--store=memory`.
store_type memory_store_type();

}  // namespace mynah::core
