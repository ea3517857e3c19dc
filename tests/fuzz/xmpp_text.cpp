// SPDX-License-Identifier: Apache-2.0
// Words of people and programs as bodies: whole, of the length that is allowed, and UTF-8.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "plugins/xmpp/src/element.hpp"
#include "plugins/xmpp/src/styling.hpp"

namespace {

using namespace mynah::xmpp;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_told(std::string_view words) {
  mynah::reply said;
  said.untrusted(std::string(words)).text(" ").emphasis(std::string(words));
  said.code(std::string(words)).code_block(std::string(words), std::string(words));
  for (const std::string& each : rendered(said, 100)) {
    require(!each.empty() && each.size() <= 100 && mynah::is_utf8(each));
    require(xml_escaped(each).size() <= 300);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_told(bytes.substr(0, 1000));
  return 0;
}
