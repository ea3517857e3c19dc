// SPDX-License-Identifier: Apache-2.0
// Frames of a hostile server, cut as the first byte says: read in pieces they are the same as in
// one, and nothing passes that is too big or no UTF-8.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <mynah/utf8.hpp>

#include "net/websocket_frames.hpp"

namespace {

using namespace mynah::net;
using step = websocket_reader::step;

constexpr std::size_t most = 1000;

void require(bool holds) {
  if (!holds) std::abort();
}

// What was read, each thing with a letter before it.
std::vector<std::string> read(std::string_view bytes, std::size_t piece) {
  websocket_reader reader(most);
  std::vector<std::string> things;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    std::string_view given = bytes.substr(0, piece);
    for (step got = reader.next(given); got != step::more; got = reader.next(given)) {
      switch (got) {
        case step::message: {
          const websocket_message message = reader.take_message();
          require(message.bytes.size() <= most);
          require(!message.is_text || mynah::is_utf8(message.bytes));
          things.push_back((message.is_text ? "t" : "b") + message.bytes);
          break;
        }
        case step::close: {
          const websocket_close closed = reader.closed();
          require(mynah::is_utf8(closed.reason));
          things.push_back("c" + std::to_string(closed.code) + closed.reason);
          break;
        }
        case step::broken:
          require(reader.error().code().failed() && !reader.error().message().empty());
          require(reader.next(given) == step::broken);
          things.push_back("!" + reader.error().message());
          return things;
        default:
          require(reader.control().size() <= 125);
          things.push_back((got == step::ping ? "?" : "-") + reader.control());
      }
    }
    require(given.empty());
  }
  return things;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(read(bytes, std::max<std::size_t>(bytes.size(), 1)) ==
          read(bytes, std::size_t{1} + data[0] % 64));
  return 0;
}
