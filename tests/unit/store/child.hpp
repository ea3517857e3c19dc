// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>

#include <sys/types.h>

namespace mynah_test {

/// A copy of this process that runs a function, and is killed with the object. While it is made
/// this process must have no other threads.
class child {
 public:
  /// `run` is given what tells the parent a number.
  explicit child(const std::function<void(const std::function<void(int)>& tell)>& run);
  child(const child&) = delete;
  child& operator=(const child&) = delete;
  ~child() { kill(); }

  /// Waits for the next number; -1 if the child ended.
  int hear();
  /// As if the power had failed, for the process.
  void kill();
  [[nodiscard]] pid_t id() const noexcept { return id_; }

 private:
  pid_t id_ = -1;
  int from_ = -1;
};

}  // namespace mynah_test
