// SPDX-License-Identifier: Apache-2.0
// Bytes from an IRC server: taken apart without harm; and nothing becomes a second line on the way
// back.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "plugins/irc/src/message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);
  if (const auto read = mynah::irc::message::parse(input)) {
    if (read->command.empty()) std::abort();
    static_cast<void>(mynah::irc::message_source::parse(read->source).is_server());
    static_cast<void>(read->param(99));
    static_cast<void>(read->last());
  }
  for (const std::string& line : {mynah::irc::on_wire(input), mynah::irc::on_wire(mynah::irc::build(
                                                                  "PRIVMSG", {input, input}))}) {
    if (line.size() > mynah::irc::longest_line || !line.ends_with("\r\n")) std::abort();
    if (line.find_first_of(std::string("\r\n\0", 3)) != line.size() - 2) std::abort();
  }
  return 0;
}
