// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "element.hpp"

namespace mynah::xmpp {

/// What a peer may make us read. A stanza over the first three is skipped: others may send us such
/// as our server lets pass. Over any of the rest, which are above what servers relay, the stream
/// ends with `policy-violation`.
class stream_limits {
 public:
  std::size_t stanza_bytes = 256 * std::size_t{1024};  ///< of one stanza, as it comes
  std::size_t depth = 50;                              ///< elements in one another, in a stanza
  std::size_t attributes = 100;                        ///< of one element; the root is not skipped

  std::size_t header_bytes = 10 * std::size_t{1024};  ///< up to the end of `<stream:stream>`
  /// Of a stanza that is skipped. Those whose namespaces alone would be more to keep are, too.
  std::size_t skipped_bytes = 16 * std::size_t{1024} * 1024;
  /// Of one tag, all of which is in memory while it is read. Servers that take stanzas of 1 MiB
  /// relay up to 6, as a quote becomes `&apos;`.
  std::size_t tag_bytes = 8 * std::size_t{1024} * 1024;
  /// Elements in one another, in a stanza that is skipped: as many as fit into 1 MiB.
  std::size_t skipped_depth = 200'000;
};

/// What was read of a stream.
class stream_item {
 public:
  enum class kind : unsigned char {
    header,  ///< `body` is the root without children: its attributes are of interest
    stanza,  ///< `body` is a child of the root, complete unless `skipped`
    end,     ///< the peer closed its stream
    fault    ///< the stream must be closed with this error (RFC 6120, section 4.9.3)
  };

  explicit stream_item(kind what) noexcept : what(what) {}
  stream_item(kind what, element body) noexcept : what(what), body(std::move(body)) {}

  friend bool operator==(const stream_item&, const stream_item&) = default;

  kind what;
  element body;
  bool skipped = false;   ///< the stanza was too much: `body` is its name and attributes
  std::string condition;  ///< of a fault: `not-well-formed`, `restricted-xml`, ...
  std::string text;       ///< of a fault: for people; nothing in it comes from the peer
};

/// Reads one XML stream (RFC 6120, section 4) as it comes, cut anywhere. A stanza is there as soon
/// as its last byte was fed. White space between stanzas is skipped.
///
///     parser.feed(bytes);
///     while (auto item = parser.next()) ...
///
/// Refused are DTDs, entities other than the five of XML, comments, processing instructions
/// (`restricted-xml`), encodings other than UTF-8 (`unsupported-encoding`), text between stanzas
/// (`bad-format`), a root that is no stream (`invalid-namespace`, `bad-format`), prefixes that are
/// not declared (`bad-namespace-prefix`), what is no XML (`not-well-formed`), and what no server
/// relays (`policy-violation`). After a fault or the end nothing more is read.
///
/// A stanza that is too large, too deep or has too many attributes is no fault, but skipped: others
/// may send us such as our server lets pass, and a server that is not told that it was handled
/// would bring it again to each connection. If its own tag is too much, only `from`, `to`, `id` and
/// `type` are left of its attributes.
///
/// Attributes keep their names; those in a namespace other than `xml:` are left out, as nothing in
/// XMPP has them and none of them may pass for one without. Memory does not grow with what was
/// read: expat, which keeps every name it saw, starts over now and then.
///
/// Thread safety: none. Errors: `std::bad_alloc`, after which only `reset` is of use.
class stream_parser {
 public:
  explicit stream_parser(const stream_limits& limits = {});
  stream_parser(stream_parser&&) noexcept;
  stream_parser& operator=(stream_parser&&) noexcept;
  ~stream_parser();

  /// The next bytes of the stream.
  void feed(std::string_view bytes);
  /// The next item, in the order of the stream, or nothing until more is fed.
  [[nodiscard]] std::optional<stream_item> next();
  /// A new stream begins, as after TLS and after SASL. What was fed and not taken is forgotten.
  void reset();

 private:
  class state;
  std::unique_ptr<state> state_;
};

}  // namespace mynah::xmpp
