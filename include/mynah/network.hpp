// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace mynah {

/// What the network behind an input can do beyond hearing and saying. Each plugin derives a class
/// with the network's own words (`irc::network`); `bot_view::network` finds it.
class network {
 public:
  network() = default;
  network(const network&) = delete;
  network& operator=(const network&) = delete;
  virtual ~network() = default;
};

}  // namespace mynah
