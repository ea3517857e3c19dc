// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

namespace mynah::irc {

/// How a connection stands, as `status` shows it.
class standing {
 public:
  friend bool operator==(const standing&, const standing&) = default;

  std::string nick;     ///< as the server gave it
  std::string account;  ///< empty: not logged in to one
  std::size_t channels = 0;
  std::optional<std::chrono::milliseconds> lag;  ///< if it was measured
};

/// The line that describes a connection.
///
/// Thread safety: all members from any thread.
class description {
 public:
  /// `server`: host and port. `tls`: "TLS 1.3"; empty without.
  description(std::string server, std::string tls);

  void update(const standing& now);
  [[nodiscard]] std::string text() const;

 private:
  const std::string server_;
  const std::string tls_;
  mutable std::mutex mutex_;
  standing shown_;
};

}  // namespace mynah::irc
