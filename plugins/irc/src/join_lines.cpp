// SPDX-License-Identifier: Apache-2.0
#include "join_lines.hpp"

#include "message.hpp"

namespace mynah::irc {

std::vector<std::string> join_lines(const std::vector<channel_entry>& channels,
                                    std::size_t most_targets) {
  std::vector<std::string> lines;
  std::string names;
  std::string keys;
  std::size_t count = 0;
  const auto flush = [&] {
    if (names.empty()) return;
    lines.push_back(keys.empty() ? build("JOIN", {names}) : build("JOIN", {names, keys}));
    names.clear();
    keys.clear();
    count = 0;
  };
  for (const bool with_key : {true, false}) {
    for (const channel_entry& each : channels) {
      if (each.key.empty() == with_key) continue;
      const std::size_t length =
          5 + names.size() + 1 + each.name.size() + 1 + keys.size() + 1 + each.key.size() + 2;
      if (length > longest_line || (most_targets != 0 && count >= most_targets)) flush();
      if (!names.empty()) names += ',';
      names += each.name;
      if (!each.key.empty()) {
        if (!keys.empty()) keys += ',';
        keys += each.key;
      }
      ++count;
    }
  }
  flush();
  return lines;
}

}  // namespace mynah::irc
