// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mynah::console {

/// What pressing tab does.
class completion {
 public:
  std::string insert;                ///< to put in at the cursor
  std::vector<std::string> choices;  ///< to show, when nothing can be put in
};

/// Completes a command's name: in the first word, and behind `help`. `before_cursor` is the line as
/// far as the cursor; `names` are sorted. The bot's prefix may stand before the name.
[[nodiscard]] completion complete(std::string_view before_cursor, std::string_view prefix,
                                  const std::vector<std::string>& names);

}  // namespace mynah::console
