// SPDX-License-Identifier: Apache-2.0
// A stream of a hostile server, cut as the first byte says: read in pieces it is the same as in
// one, and what was read of it is read again when it is written.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/xmpp/src/namespaces.hpp"
#include "plugins/xmpp/src/stream_parser.hpp"

namespace {

using namespace mynah::xmpp;
using kind = stream_item::kind;

void require(bool holds) {
  if (!holds) std::abort();
}

void take(stream_parser& parser, std::vector<stream_item>& into) {
  while (auto item = parser.next()) into.push_back(std::move(*item));
}

std::vector<stream_item> read(std::string_view bytes, std::size_t piece) {
  stream_limits limits;
  limits.header_bytes = 1000;
  limits.stanza_bytes = 500;
  limits.skipped_bytes = 2000;
  limits.depth = 10;
  limits.attributes = 10;
  limits.tag_bytes = 1000;
  limits.skipped_depth = 100;
  stream_parser parser(limits);
  std::vector<stream_item> items;
  for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size()))) {
    parser.feed(bytes.substr(0, piece));
    take(parser, items);
  }
  return items;
}

std::size_t depth_of(const element& one) {
  std::size_t deepest = 0;
  for (const element& each : one.children) deepest = std::max(deepest, depth_of(each));
  return deepest + 1;
}

void check_written(const element& one) {
  require(depth_of(one) <= 10);
  stream_parser parser;
  parser.feed("<s:stream xmlns='jabber:client' xmlns:s='http://etherx.jabber.org/streams'>");
  parser.feed(one.to_xml(ns::client));
  std::vector<stream_item> items;
  take(parser, items);
  require(items.size() == 2 && items[1].what == kind::stanza && items[1].body == one);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<stream_item> whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
  std::vector<stream_item> pieces = read(bytes, std::size_t{1} + data[0] % 64);

  // Both end with the same fault; but what is too large, or stands between stanzas, may be noticed
  // before it is seen to be wrong.
  require(whole.size() == pieces.size());
  if (!whole.empty() && whole.back().what == kind::fault) {
    require(pieces.back().what == kind::fault);
    const std::string& first = pieces.back().condition;
    if (first == "policy-violation" || first == "bad-format") pieces.back() = whole.back();
  }
  require(whole == pieces);

  for (std::size_t i = 0; i < whole.size(); ++i) {
    const stream_item& each = whole[i];
    require((each.what == kind::header) == (i == 0) || each.what == kind::fault);
    const bool is_last = each.what == kind::end || each.what == kind::fault;
    require(!is_last || i + 1 == whole.size());
    require(!each.skipped || (each.what == kind::stanza && each.body.children.empty()));
    // Only what no server relays ends a stream: here that takes a hundred levels, or as many bytes.
    const bool in_stream = i > 0 && each.what == kind::fault;
    require(!in_stream || each.condition != "policy-violation" || bytes.size() > 300);
    if (each.what == kind::stanza) check_written(each.body);
  }
  return 0;
}
