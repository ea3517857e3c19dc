// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <mynah/error_code.hpp>
#include <mynah/reply.hpp>

#include "plugins/irc/src/session.hpp"

namespace mynah_test {

/// The lines in which a session says `body` in `room`, a channel or a nick.
inline mynah::result<std::vector<std::string>> lines_of(const mynah::irc::session& talking,
                                                        const std::string& room,
                                                        const mynah::reply& body) {
  const auto made = talking.compose(room, body, {});
  if (made.has_error()) return made.error();
  return talking.lines(room, made->messages);
}

}  // namespace mynah_test
