// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <mynah/error_code.hpp>

namespace mynah::irc {

/// What came of trying the servers of a list one after the other.
///
/// A refused password or login and a ban end the attempt, for good: the servers of a list belong to
/// one network, and the next one would say the same, or count it as another guess. After anything
/// else the next server is tried. When none is left, the attempt is final only if every server's
/// certificate was refused; and if one of them asked to wait, the bot waits.
class server_failures {
 public:
  /// Whether the next server is to be tried after this failure.
  [[nodiscard]] bool goes_on_after(const failure& why);
  /// What the whole attempt failed with.
  [[nodiscard]] const failure& outcome() const noexcept { return *outcome_; }

 private:
  std::optional<failure> outcome_;
};

}  // namespace mynah::irc
