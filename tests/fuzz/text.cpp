// SPDX-License-Identifier: Apache-2.0
// Text as it comes from networks: what is normal is UTF-8, words stand where they say, and what is
// shown to people holds no control characters. (Normalising again may find more: "<<http://a>>"
// holds the link "<http://a>", and that holds an address.)
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <mynah/reply.hpp>
#include <mynah/utf8.hpp>

#include "core/normalise.hpp"
#include "core/words.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input(data, data + size);

  std::string normal = input;
  mynah::core::normalise(normal);
  if (!mynah::is_utf8(normal)) std::abort();

  for (const mynah::core::word& each : mynah::core::split_words(input)) {
    if (each.begin >= each.end || each.end > input.size()) std::abort();
  }

  for (const char c : mynah::sanitised(input)) {
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') std::abort();
  }
  return 0;
}
