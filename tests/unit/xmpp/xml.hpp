// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "stream_parser.hpp"

namespace mynah_test {

/// What a server sends, as an element. The default namespace is `jabber:client`.
inline mynah::xmpp::element xml(std::string_view text) {
  mynah::xmpp::stream_parser parser;
  parser.feed(
      "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>");
  parser.feed(text);
  while (auto item = parser.next()) {
    if (item->what == mynah::xmpp::stream_item::kind::stanza) return std::move(item->body);
    if (item->what == mynah::xmpp::stream_item::kind::fault) break;
  }
  throw std::runtime_error("no element: " + std::string(text));
}

/// A server's stream header.
inline mynah::xmpp::element header() {
  return mynah::xmpp::element("stream", "http://etherx.jabber.org/streams")
      .set("id", "s1")
      .set("version", "1.0");
}

}  // namespace mynah_test
