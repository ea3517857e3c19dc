// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/log.hpp>
#include <mynah/store.hpp>
#include <mynah/task.hpp>

#include "archive_positions.hpp"
#include "kept_entries.hpp"

namespace mynah::xmpp {

/// How far archives have been heard, kept in the bot's store, so that a bot that is started anew
/// knows what it missed. Each input and account has its own.
///
/// Executor and thread safety: on the bot's strand.
class kept_positions {
 public:
  /// Without a store nothing is kept. `account`: its bare address.
  kept_positions(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock, logger log,
                 const std::string& input, const std::string& account);

  /// Everything that is kept. What is older than a year is forgotten.
  ///
  /// Errors: the store's, timed_out if it does not answer. Cancellation: terminal, throws
  /// boost::system::system_error(operation_aborted).
  [[nodiscard]] task<result<std::vector<archive_position>>> load();

  /// Goes to the store in the background, in one transaction; if that fails a warning is logged.
  /// Nothing that the bot kept before this is behind it.
  void keep(const std::vector<archive_position>& changed);

 private:
  std::shared_ptr<mynah::clock> clock_;
  kept_entries entries_;
};

}  // namespace mynah::xmpp
