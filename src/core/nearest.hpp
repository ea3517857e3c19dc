// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mynah::core {

/// The candidates that somebody may have meant by `word`, nearest first: at most a third of the
/// letters differ (insertions, deletions, replacements, neighbours swapped), or `word` begins them.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t at_most = 3);

}  // namespace mynah::core
