// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include <mynah/clock.hpp>
#include <mynah/error_code.hpp>
#include <mynah/log.hpp>
#include <mynah/store.hpp>
#include <mynah/task.hpp>

namespace mynah::irc {

/// Which hosts are to be reached through TLS only, because they said so (STS): kept in the bot's
/// store, so that a restart does not forget it, and the same for all IRC inputs of the bot. Names
/// of hosts are compared without regard to case and a dot at the end.
///
/// Executor and thread safety: on the bot's strand.
class sts_policies {
 public:
  /// Without a store nothing is kept.
  sts_policies(std::shared_ptr<store> kept_in, std::shared_ptr<mynah::clock> clock, logger log);

  /// The port where TLS is, if there is a policy for the host that has not run out.
  ///
  /// Errors: the store's, timed_out if it does not answer: nobody knows whether plain is allowed.
  /// Cancellation: terminal, throws boost::system::system_error(operation_aborted).
  [[nodiscard]] task<result<std::optional<std::uint16_t>>> port_of(std::string host);

  /// From now on and for so long only TLS. Zero: as before. Goes to the store in the background; if
  /// that fails a warning is logged.
  void keep(const std::string& host, std::uint16_t port, std::chrono::seconds duration);

  /// The server asked on a plain connection to come back with TLS, which the next one does.
  void ask_for_tls(const std::string& host, std::uint16_t port);
  [[nodiscard]] std::optional<std::uint16_t> take_asked(const std::string& host);

 private:
  std::shared_ptr<store> kept_in_;
  std::shared_ptr<mynah::clock> clock_;
  logger log_;
  std::map<std::string, std::uint16_t> asked_;
};

}  // namespace mynah::irc
