// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "certificates.hpp"
#include "child_process.hpp"
#include "loopback.hpp"
#include "temp_directory.hpp"

namespace mynah_test {

/// How the server is to be.
class ngircd_options {
 public:
  std::string password;            ///< of the server; empty: none
  std::optional<certificate> tls;  ///< then there is a TLS port, too
  std::string name = "irc.test";
  std::string peer = {};        ///< name of a server that links itself or is linked to; empty: none
  std::uint16_t peer_port = 0;  ///< where to link to it; 0: it comes
  int most_channels = 10;       ///< per user; 0: no limit
  bool flood_limits = false;    ///< as the package ships them; none else
};

/// A real IRC server (Debian package ngircd, operator `op` with password `op`) on free ports of
/// 127.0.0.1, ended with the object. Throws if the program is missing or does not come up: such a
/// test fails, it is not skipped.
class ngircd {
 public:
  explicit ngircd(ngircd_options options = {});

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const noexcept { return tls_port_; }

  /// Ends it the hard way: no goodbye to anybody.
  void kill();
  /// Starts it again, on the same ports.
  void start();
  /// What it has logged.
  [[nodiscard]] std::string log() const;

 private:
  temp_directory directory_;
  std::uint16_t port_;
  std::uint16_t tls_port_;
  std::optional<child_process> process_;
};

}  // namespace mynah_test
