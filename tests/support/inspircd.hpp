// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "certificates.hpp"
#include "child_process.hpp"
#include "temp_directory.hpp"

namespace mynah_test {

/// What a server does about clients that send too much.
enum class flood_limits : unsigned char {
  none,     ///< nothing
  shipped,  ///< as the package has it: it reads them slowly, and kills who does not wait for that
  strict    ///< it kills them at once
};

/// How the server is to be.
class inspircd_options {
 public:
  std::string name = "irc.test";
  std::string id = "001";
  std::string peer = {};             ///< name of a server that links itself or is linked to
  std::uint16_t peer_link_port = 0;  ///< where to link to it; 0: it comes
  /// With a certificate there is a TLS port, too, which asks clients for theirs.
  std::optional<certificate> tls = std::nullopt;
  flood_limits limits = flood_limits::none;
};

/// A real IRC server that speaks IRCv3 (Debian package inspircd) on a free port of 127.0.0.1, ended
/// with the object; operator `op` with password `op`. It is linked to no services, but would accept
/// `services.test`. Throws if the program is missing or does not come up: such a test fails, it is
/// not skipped.
class inspircd {
 public:
  explicit inspircd(const inspircd_options& options = {});

  /// Ends it the hard way: no goodbye to anybody.
  void kill() { process_->kill(); }

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const noexcept { return tls_port_; }
  /// For services: password `link`.
  [[nodiscard]] std::uint16_t link_port() const noexcept { return link_port_; }
  /// What it has printed.
  [[nodiscard]] std::string log() const;

 private:
  temp_directory directory_;
  std::uint16_t port_;
  std::uint16_t tls_port_;
  std::uint16_t link_port_;
  std::optional<child_process> process_;
};

}  // namespace mynah_test
