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

#include "component_watchers.hpp"
#include "kept_entries.hpp"

namespace mynah::xmpp {

/// Who sees the presence of a component's addresses, kept in the bot's store, so that a bot that is
/// started anew shows itself to them. Each input and component has its own.
///
/// Executor and thread safety: on the bot's strand.
class kept_watchers {
 public:
  /// Without a store nothing is kept. `domain`: the component's.
  kept_watchers(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock, logger log,
                const std::string& input, const std::string& domain);

  /// All who are kept.
  ///
  /// Errors: the store's, timed_out if it does not answer. Cancellation: terminal, throws
  /// boost::system::system_error(operation_aborted).
  [[nodiscard]] task<result<std::vector<watcher>>> load();

  /// Goes to the store in the background, in one transaction; if that fails a warning is logged.
  void keep(const std::vector<watcher>& changed);

 private:
  kept_entries entries_;
};

}  // namespace mynah::xmpp
