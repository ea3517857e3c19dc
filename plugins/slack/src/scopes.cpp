// SPDX-License-Identifier: Apache-2.0
#include "scopes.hpp"

#include <algorithm>

namespace mynah::slack {

bool has_scope(std::string_view granted, std::string_view wanted) noexcept {
  while (!granted.empty()) {
    const std::size_t comma = std::min(granted.find(','), granted.size());
    std::string_view one = granted.substr(0, comma);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one == wanted) return true;
    granted.remove_prefix(std::min(comma + 1, granted.size()));
  }
  return false;
}

}  // namespace mynah::slack
