// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <list>
#include <optional>
#include <string_view>

#include "emulator.hpp"

namespace mynah_test::slack {

/// What is to go wrong, in the order in which it was asked for.
class faults {
 public:
  void add(const fault& trouble) { list_.push_back(trouble); }
  void clear() { list_.clear(); }

  /// What happens to this call; it is used up by that.
  std::optional<fault> take(std::string_view method) {
    for (auto it = list_.begin(); it != list_.end(); ++it) {
      if (it->method != method && it->method != "*") continue;
      if (it->after > 0) {
        --it->after;
        continue;
      }
      fault made = *it;
      if (it->times > 0 && --it->times == 0) list_.erase(it);
      return made;
    }
    return std::nullopt;
  }

 private:
  std::list<fault> list_;
};

}  // namespace mynah_test::slack
