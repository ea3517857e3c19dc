// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <mynah/event.hpp>

namespace mynah::core {

/// How a message says that it is for us.
enum class addressed_by : unsigned char {
  nothing,  ///< it is not
  prefix,   ///< `!ping`
  name,     ///< `mynah: ping`, `mynah, ping`, `@mynah ping`, or the network's own mention
  direct    ///< a private talk
};

/// A message without its addressing.
class addressing {
 public:
  addressed_by how = addressed_by::nothing;
  std::string_view line;  ///< the command line, a view into the event's text
};

/// Decides whether a message is for the bot, and what is left of it. `bot_name` is the configured
/// name; the name on that network (`event::to`) counts too; both compare with ASCII case ignored
/// and only as whole words. A prefix alone, doubled (`!!`) or before a blank is nothing.
addressing address_of(const event& said, std::string_view prefix, std::string_view bot_name);

}  // namespace mynah::core
