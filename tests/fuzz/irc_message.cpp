// SPDX-License-Identifier: Apache-2.0
// Lines from a hostile server, and text from hostile commands: taken apart, built, cut.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "plugins/irc/src/ctcp.hpp"
#include "plugins/irc/src/formatting.hpp"
#include "plugins/irc/src/message.hpp"
#include "plugins/irc/src/text_split.hpp"
#include "plugins/irc/src/utf8.hpp"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mynah::irc;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);

  if (const auto got = message::parse(bytes)) {
    require(!got->command.empty());
    (void)message_source::parse(got->source).is_server();
    (void)ctcp::parse(got->last());
    // What is built of it reads as the same, if it could be a line at all.
    if (bytes.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos &&
        got->params.size() == 2 && got->tags.empty() && got->source.empty()) {
      const auto again =
          message::parse(build(got->command, {got->params[0], got->params[1]}, true));
      require(again && again->command == got->command && again->params.back() == got->params[1]);
    }
  }

  const std::string wire = on_wire(bytes);
  require(wire.size() <= longest_line && wire.ends_with("\r\n"));
  require(wire.find_first_of(std::string_view("\r\n\0", 3)) == wire.size() - 2);

  require(mynah::is_utf8(decoded(bytes)));
  require(mynah::is_utf8(mynah::repaired_utf8(bytes)));
  (void)without_formatting(bytes);

  const std::string text = mynah::repaired_utf8(bytes);
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t length = piece_length(rest, 40);
    require(length > 0 && length <= 40 && mynah::is_utf8(rest.substr(0, length)));
    rest.remove_prefix(length);
  }
  return 0;
}
