// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include <mynah/input.hpp>

namespace mynah::net {

/// An input that opens a connection for each `stream`. The first is opened by `start`, so that what
/// is wrong with the settings, or with the login, shows at once.
class connecting_input : public input {
 public:
  task<result<void>> start() final;
  task<result<std::unique_ptr<conn>>> stream() final;
  task<void> stop() override;

 protected:
  /// A connection, logged in. Errors: as those of `input::stream`.
  virtual task<result<std::unique_ptr<conn>>> open() = 0;

 private:
  std::unique_ptr<conn> first_;  // what `start` opened, until `stream` hands it out
};

}  // namespace mynah::net
