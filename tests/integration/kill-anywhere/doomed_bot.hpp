// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <string>

namespace mynah_test {

/// A bot in a process of its own, which talks to a network at the other end of a socket:
///
///     to the bot     E <delivery> <event id> <room> <text>    Q (stop)
///     from the bot   A <delivery>    S <stamp> <room> <text>
///
/// Its commands: `pay <id>` and `set <id>` (idempotent) write a line to the file of deeds, `many
/// <id>` too, and answers three times; `fail <id>` throws; `look <id>` changes nothing.
class doomed_bot {
 public:
  /// Forks. `kill_at`: the step at which it kills itself; zero: it does not.
  doomed_bot(const std::string& directory, unsigned kill_at);
  doomed_bot(const doomed_bot&) = delete;
  doomed_bot& operator=(const doomed_bot&) = delete;
  /// Kills it if it lives.
  ~doomed_bot();

  void kill() noexcept;
  void send(const std::string& line) noexcept;
  /// The next line; empty at the end, or when none came for `milliseconds`.
  std::string receive(int milliseconds);
  [[nodiscard]] bool ended() const noexcept { return closed_; }
  /// Waits for the end of the process; true if it ended in order.
  bool wait();

 private:
  pid_t pid_ = -1;
  int socket_ = -1;
  bool closed_ = false;
  std::string buffer_;
};

/// The file of deeds of that directory.
std::string deeds_of(const std::string& directory);

}  // namespace mynah_test
