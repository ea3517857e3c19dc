// SPDX-License-Identifier: Apache-2.0
#include <mynah/irc/raw_line.hpp>

#include <mynah/event.hpp>

#include "numeric.hpp"

namespace mynah::irc {

std::optional<raw_line> raw_line::from(const event& seen) {
  if (seen.type != event_type::raw) return std::nullopt;
  raw_line line;
  for (const auto& [key, value] : seen.meta) {
    if (key == "irc.source") line.source = value;
    if (key == "irc.command") line.command = value;
    if (key == "irc.param") line.params.push_back(value);
  }
  if (line.command.empty()) return std::nullopt;
  return line;
}

int raw_line::numeric() const noexcept {
  return numeric_of(command);
}

}  // namespace mynah::irc
