// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "disco.hpp"

namespace mynah::xmpp {

/// What else runs at a server, as far as we use it.
class services {
 public:
  services() = default;

  /// Takes what the service at this address says of itself; the first of each kind counts.
  void add(const std::string& address, const disco_info& info);

  std::string rooms;                          ///< XEP-0045; empty: none is known
  std::string upload;                         ///< XEP-0363; empty: none is known
  std::optional<std::uint64_t> largest_file;  ///< in bytes, if told
};

}  // namespace mynah::xmpp
