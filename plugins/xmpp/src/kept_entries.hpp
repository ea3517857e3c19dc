// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/log.hpp>
#include <mynah/store.hpp>
#include <mynah/task.hpp>

namespace mynah::xmpp {

/// What one input keeps for one account in a space of the bot's store, by names.
class kept_entry {
 public:
  kept_entry(std::string name, std::optional<std::string> value)
      : name(std::move(name)), value(std::move(value)) {}

  std::string name;
  std::optional<std::string> value;  ///< nothing: it is not kept any more
};

/// Reads and writes such entries; what they mean others know.
///
/// Executor and thread safety: on the bot's strand.
class kept_entries {
 public:
  /// Whether an entry is still of use.
  using judge = std::function<bool(std::string_view name, std::string_view value)>;

  /// Without a store nothing is kept. `account`: its bare address.
  kept_entries(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock, logger log,
               std::string space, const std::string& input, const std::string& account);

  /// Everything that is kept; what is of no use any more is removed. `doing`: for errors, such as
  /// "looking up what was heard before". `is_of_use` runs on the store's thread.
  ///
  /// Errors: the store's, timed_out if it does not answer. Cancellation: terminal, throws
  /// boost::system::system_error(operation_aborted).
  [[nodiscard]] task<result<std::vector<kept_entry>>> load(judge is_of_use, std::string doing);

  /// Goes to the store in the background, in one transaction; if that fails `warning` is logged.
  /// Nothing that the bot kept before this is behind it.
  void keep(std::vector<kept_entry> changed, std::string warning);

 private:
  std::shared_ptr<store> kept_in_;
  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  std::string space_;
  std::string owner_;  ///< what all keys begin with
};

}  // namespace mynah::xmpp
