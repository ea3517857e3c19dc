// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

#include "message.hpp"

namespace mynah::irc {

/// The batches that are open (IRCv3 batch), as far as it matters whether what is in them was said
/// just now or is played back.
class batches {
 public:
  /// A server that opens more than this at once is broken.
  static constexpr std::size_t most_open = 64;

  /// Takes a BATCH message.
  void receive(const message& got);

  /// Whether the message is a playback: in a batch of that kind, or in one within it. In a batch
  /// that nobody opened it counts as one, too: what must not run twice is not run at all.
  [[nodiscard]] bool plays_back(const message& got) const;

 private:
  std::map<std::string, bool, std::less<>> open_;  ///< by reference: whether it is a playback
};

}  // namespace mynah::irc
