// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "certificates.hpp"
#include "child_process.hpp"
#include "temp_directory.hpp"

namespace mynah_test {

/// How the server is to be.
class ejabberd_options {
 public:
  /// What its certificate is for, as OpenSSL writes it.
  std::string certificate_names = "DNS:bots.test,DNS:rooms.bots.test";
  bool asks_for_certificates = false;  ///< of clients, from its own authority
  int resume_seconds = 60;             ///< how long a session waits for its client to come back
  std::string component_secret;        ///< of `component.bots.test`; empty: none
  std::string room_options;            ///< of new rooms, a line "option: value" each
  bool only_tls_1_2 = false;
  std::string code;          ///< Erlang to run when it is up, "a(), b()"; empty: none
  bool keeps_files = false;  ///< at `files.bots.test`, up to 100,000 bytes
};

/// A real XMPP server (Debian package ejabberd) for the domain `bots.test` with rooms at
/// `rooms.bots.test`, on free ports of 127.0.0.1, ended with the object. Throws if the program is
/// missing or does not come up: such a test fails, it is not skipped.
///
/// It is one Erlang node without a name: it needs no port mapper, and leaves no process behind.
///
/// Every account's password is its name with `-secret` behind.
class ejabberd {
 public:
  static constexpr const char* name = "ejabberd";

  /// Accounts `bot`, `ada` and `bob` exist.
  explicit ejabberd(ejabberd_options options = {});

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::uint16_t tls_port() const noexcept { return tls_port_; }
  [[nodiscard]] std::uint16_t https_port() const noexcept { return https_port_; }
  [[nodiscard]] std::uint16_t component_port() const noexcept { return component_port_; }
  /// The authority that its certificate is from.
  [[nodiscard]] const std::string& ca_file() const noexcept { return authority_.file(); }
  [[nodiscard]] certificate_authority& authority() noexcept { return authority_; }

  /// Ends it the hard way: no goodbye to anybody.
  void kill();
  /// Ends it as an administrator does.
  void stop();
  /// Starts it again, on the same ports.
  void start();
  /// What it has logged.
  [[nodiscard]] std::string log() const;

 private:
  temp_directory directory_;
  certificate_authority authority_;
  std::uint16_t port_;
  std::uint16_t tls_port_;
  std::uint16_t component_port_;
  std::uint16_t https_port_;
  std::string code_;
  std::optional<child_process> process_;
};

}  // namespace mynah_test
