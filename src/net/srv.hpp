// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <mynah/error_code.hpp>
#include <mynah/task.hpp>

namespace mynah::net {

/// One server of a service, from one SRV record (RFC 2782).
class srv_target {
 public:
  srv_target(std::string service, std::string host, std::uint16_t port, std::uint16_t priority,
             std::uint16_t weight)
      : service(std::move(service)),
        host(std::move(host)),
        port(port),
        priority(priority),
        weight(weight) {}

  std::string service;  ///< that was asked for: "_xmpps-client._tcp"
  std::string host;     ///< letters, digits, `-`, `_` and `.` only
  std::uint16_t port;
  std::uint16_t priority;  ///< lower ones are tried first
  std::uint16_t weight;    ///< its share among those of its priority
};

/// What DNS says about a service.
class srv_records {
 public:
  srv_records() = default;

  /// In no particular order. Empty: there are no records, or the service is not offered.
  std::vector<srv_target> targets;
  /// The domain says that it does not have this service (a single record with target `.`).
  bool not_offered = false;
};

/// Asks DNS where a domain has a service.
///
/// `service`: "_xmpp-client._tcp". `domain`: in ASCII, so IDN in its encoded form. `servers`: name
/// servers to ask, as `address:port` (IPv6 in brackets), in this order; empty: the machine's.
///
/// A record whose host is no host name, or whose port is zero, is left out. That the name does not
/// exist is no error; there are no records then.
/// Errors: invalid_argument if `domain` is no name in DNS, errc::timed_out if no server answers
/// (for each of them, that takes a quarter of a minute), errc::protocol for an answer that cannot
/// be read, host_not_found_try_again if the servers cannot tell. Bound it with `with_deadline`.
/// Cancellation: terminal, throws boost::system::system_error(operation_aborted) at once; nothing
/// goes on in the background.
/// Executor: a strand, or a context that one thread runs.
[[nodiscard]] task<result<srv_records>> resolve_srv(std::string service, std::string domain,
                                                    std::vector<std::string> servers = {});

/// A random number from 0 to the given one, both included, each as likely as any other.
using random_number = std::function<std::uint32_t(std::uint32_t)>;

/// The order to try targets in: by priority, and among equal ones by chance, each according to its
/// weight (RFC 2782). The targets may be those of several services that do equally well: direct TLS
/// and STARTTLS (XEP-0368). Those of weight zero keep their order, and mostly come last.
[[nodiscard]] std::vector<srv_target> in_order(std::vector<srv_target> targets,
                                               const random_number& random);

}  // namespace mynah::net
