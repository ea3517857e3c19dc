// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "message.hpp"

namespace mynah::irc {

/// Messages of several lines on their way in (draft/multiline): only the start of their batch tells
/// when and by whom they were said, so their lines wait for its end and then have its tags. What
/// was one line before it was split (draft/multiline-concat) is one again.
class multiline_inbox {
 public:
  // More is not a message any more, and a server that does not end it is broken.
  static constexpr std::size_t most_open = 16;
  static constexpr std::size_t most_bytes = 64 * std::size_t{1024};

  /// Takes a BATCH message; at the end of a message its lines. The id is the first one's only.
  [[nodiscard]] std::vector<message> receive(const message& batch);
  /// Takes a line, if it belongs to such a message.
  bool take(const message& line);

 private:
  class open_message {
   public:
    message start;
    std::vector<message> lines;
    std::size_t bytes = 0;
  };

  std::map<std::string, open_message, std::less<>> open_;
};

}  // namespace mynah::irc
