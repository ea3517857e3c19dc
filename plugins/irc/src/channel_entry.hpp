// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

namespace mynah::irc {

/// A channel to be in, and its key if it needs one.
class channel_entry {
 public:
  explicit channel_entry(std::string name, std::string key = {})
      : name(std::move(name)), key(std::move(key)) {}

  friend bool operator==(const channel_entry&, const channel_entry&) = default;

  std::string name;
  std::string key;
};

}  // namespace mynah::irc
