// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mynah::irc {

/// How much a server takes as one message of several lines (draft/multiline), from the value of the
/// capability: `max-bytes=4096,max-lines=24`.
class multiline_limits {
 public:
  explicit multiline_limits(std::string_view value);

  /// How many of the texts from `first` on go into one message.
  [[nodiscard]] std::size_t fitting(const std::vector<std::string_view>& texts,
                                    std::size_t first) const noexcept;

  std::size_t bytes = 0;  ///< zero: the server did not say, and nothing fits
  std::size_t lines;      ///< if the server does not say: what is usual
};

}  // namespace mynah::irc
