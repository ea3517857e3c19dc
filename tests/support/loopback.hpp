// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>

namespace mynah_test {

/// A socket that is connected to that port of 127.0.0.1, for the caller to close. Throws, with the
/// reason, if nobody listens there.
[[nodiscard]] int connected_socket(std::uint16_t port);

/// A port of 127.0.0.1 that nobody uses at the moment.
[[nodiscard]] std::uint16_t free_port();

/// Whether somebody accepts connections there.
[[nodiscard]] bool listens(std::uint16_t port);

/// A socket on a free port of 127.0.0.1 that waits for a connection; closed with the object.
class listening_socket {
 public:
  listening_socket();
  listening_socket(const listening_socket&) = delete;
  listening_socket& operator=(const listening_socket&) = delete;
  ~listening_socket();

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// To wait for a connection with others.
  [[nodiscard]] int descriptor() const noexcept { return socket_; }
  /// The next connection, for the caller to close. Throws if none comes in time.
  [[nodiscard]] int accepted(std::chrono::seconds limit) const;

 private:
  int socket_;
  std::uint16_t port_ = 0;
};

}  // namespace mynah_test
