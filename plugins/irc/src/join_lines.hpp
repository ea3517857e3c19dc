// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "channel_entry.hpp"

namespace mynah::irc {

/// The JOIN lines for these channels, as few as the length of a line and `most_targets` (channels
/// in one line; 0: no limit) allow. Channels with keys come first: the keys of a line belong to its
/// first channels.
[[nodiscard]] std::vector<std::string> join_lines(const std::vector<channel_entry>& channels,
                                                  std::size_t most_targets);

}  // namespace mynah::irc
