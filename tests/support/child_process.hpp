// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <sys/types.h>

namespace mynah_test {

/// A program that a test started. Its output goes to a file. Ended by its own pid with the object.
class child_process {
 public:
  /// Looks the program up in PATH. Throws if it cannot be started: a missing program fails the
  /// test.
  child_process(const std::vector<std::string>& arguments, const std::string& output_file);
  child_process(const child_process&) = delete;
  child_process& operator=(const child_process&) = delete;
  ~child_process();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  /// Whether it still runs.
  [[nodiscard]] bool running();
  /// Waits for its end; the exit code, or 128 and the signal.
  int wait();
  /// Sends SIGTERM, after five seconds SIGKILL, and waits.
  void end();
  /// Sends SIGKILL and waits.
  void kill();

 private:
  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
};

/// Runs a program to its end. Throws with its output unless it exits with 0.
void run_program(const std::vector<std::string>& arguments, const std::string& output_file);

}  // namespace mynah_test
