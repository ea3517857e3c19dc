// SPDX-License-Identifier: Apache-2.0
#include "stream_parser.hpp"

#include <random>
#include <vector>

#include "catch.hpp"
#include "namespaces.hpp"

using namespace mynah::xmpp;
using kind = stream_item::kind;

namespace {

const std::string header =
    "<?xml version='1.0'?><stream:stream from='example.org' id='s1' version='1.0' xml:lang='en' "
    "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";

std::vector<stream_item> taken(stream_parser& parser) {
  std::vector<stream_item> items;
  while (auto item = parser.next()) items.push_back(std::move(*item));
  return items;
}

std::vector<stream_item> parsed(std::string_view text, const stream_limits& limits = {}) {
  stream_parser parser(limits);
  parser.feed(text);
  return taken(parser);
}

std::vector<stream_item> parsed_in_pieces(std::string_view text, std::size_t size,
                                          const stream_limits& limits = {}) {
  stream_parser parser(limits);
  std::vector<stream_item> items;
  for (; !text.empty(); text.remove_prefix(std::min(size, text.size()))) {
    parser.feed(text.substr(0, size));
    for (stream_item& each : taken(parser)) items.push_back(std::move(each));
  }
  return items;
}

// The condition of the fault that is the last item, however the text comes.
std::string fault_of(std::string_view text, const stream_limits& limits = {}) {
  const auto items = parsed(text, limits);
  const auto bytewise = parsed_in_pieces(text, 1, limits);
  if (items.empty() || items.back().what != kind::fault) return "none";
  if (bytewise.empty() || bytewise.back().condition != items.back().condition) {
    return "another in pieces: " + (bytewise.empty() ? "none" : bytewise.back().condition);
  }
  return items.back().condition;
}

std::string fault_in_stream(std::string_view text, const stream_limits& limits = {}) {
  return fault_of(header + std::string(text), limits);
}

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "<a>";
  for (std::size_t i = 0; i < depth; ++i) text += "</a>";
  return text;
}

std::string many_attributes(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += " k" + std::to_string(i) + "='v'";
  return text;
}

}  // namespace

TEST_CASE("a stream is read", "[xmpp][stream_parser]") {
  const std::string text =
      header +
      "\n <message from='ann@example.org' type='chat'><body>a &lt;b&gt; &#x1F99C; c</body>"
      "<active xmlns='http://jabber.org/protocol/chatstates'/></message> "
      "<presence/><stream:features><x:bind xmlns:x='urn:ietf:params:xml:ns:xmpp-bind'/>"
      "</stream:features></stream:stream> and more";
  const auto items = parsed(text);
  REQUIRE(items.size() == 5);
  CHECK(items[0].what == kind::header);
  CHECK(items[0].body.is("stream", ns::stream));
  CHECK(items[0].body.attr("id") == "s1");
  CHECK(items[0].body.attr("from") == "example.org");
  CHECK(items[0].body.attr("version") == "1.0");
  CHECK(items[0].body.attr("xml:lang") == "en");
  CHECK(items[1].what == kind::stanza);
  CHECK(items[1].body == element("message", ns::client)
                             .set("from", "ann@example.org")
                             .set("type", "chat")
                             .add(element("body", ns::client, "a <b> \xF0\x9F\xA6\x9C c"))
                             .add(element("active", ns::chat_states)));
  CHECK(items[2].body == element("presence", ns::client));
  CHECK(items[3].body == element("features", ns::stream).add(element("bind", ns::bind)));
  CHECK(items[4].what == kind::end);

  for (std::size_t size = 1; size < 40; ++size) {
    CAPTURE(size);
    CHECK(parsed_in_pieces(text, size) == items);
  }
}

TEST_CASE("a stanza is there with its last byte", "[xmpp][stream_parser]") {
  stream_parser parser;
  parser.feed(header.substr(0, header.size() - 1));
  CHECK_FALSE(parser.next());
  parser.feed(">");
  REQUIRE(parser.next());
  const std::string text = "<message><body>x</body></message>";
  for (int round = 0; round < 100; ++round) {
    // Large enough that expat would put off reading it again.
    const std::string large = "<message><body>" + std::string(5000, 'x') + "</body></message>";
    for (const std::string& stanza : {text, large}) {
      for (const std::size_t rest : {std::size_t{1}, std::size_t{4}, stanza.size() - 3}) {
        parser.feed(stanza.substr(0, stanza.size() - rest));
        REQUIRE_FALSE(parser.next());
        parser.feed(stanza.substr(stanza.size() - rest));
        REQUIRE(parser.next());
      }
    }
  }
}

TEST_CASE("names are namespace and local name", "[xmpp][stream_parser]") {
  const auto items = parsed(header +
                            "<c:message xmlns:c='jabber:client' xmlns='urn:x'><c:body>1</c:body>"
                            "<body>2</body></c:message><message xmlns='urn:x'/><a xmlns=''/>");
  REQUIRE(items.size() == 4);
  CHECK(items[1].body.is("message", ns::client));
  CHECK(items[1].body.child_text("body", ns::client) == "1");
  CHECK(items[2].body == element("message", "urn:x"));
  CHECK(items[3].body == element("a", ""));
}

TEST_CASE("attributes in other namespaces do not pass for those without", "[xmpp][stream_parser]") {
  const auto items = parsed(header + "<iq xmlns:y='jabber:client' y:from='evil' xml:lang='de'/>");
  REQUIRE(items.size() == 2);
  CHECK(items[1].body == element("iq", ns::client).set("xml:lang", "de"));
}

TEST_CASE("text comes in one", "[xmpp][stream_parser]") {
  const auto items =
      parsed(header + "<message>1<a/>2<![CDATA[<&]]>&amp;3\r\n4\r5<empty k=''/></message>");
  REQUIRE(items.size() == 2);
  CHECK(items[1].body.text == "12<&&3\n4\n5");
  CHECK(items[1].body.children.back().has("k"));
}

TEST_CASE("what has no place in a stream is refused", "[xmpp][stream_parser]") {
  CHECK(fault_of("<!DOCTYPE a><a/>") == "restricted-xml");
  CHECK(fault_of("<!DOCTYPE stream:stream [<!ENTITY a 'b'>]>" + header) == "restricted-xml");
  CHECK(fault_of("<!DOCTYPE stream:stream SYSTEM 'file:///etc/passwd'>" + header) ==
        "restricted-xml");
  CHECK(fault_of("<!-- x -->" + header) == "restricted-xml");
  CHECK(fault_in_stream("<!-- x --><a/>") == "restricted-xml");
  CHECK(fault_in_stream("<a><!-- x --></a>") == "restricted-xml");
  CHECK(fault_in_stream("<?php x?>") == "restricted-xml");
  CHECK(fault_in_stream("<a>&nbsp;</a>") == "restricted-xml");
  CHECK(fault_in_stream("<a k='&nbsp;'/>") == "restricted-xml");
  CHECK(fault_in_stream("words") == "bad-format");
  CHECK(fault_in_stream("<![CDATA[x]]>") == "bad-format");
}

TEST_CASE("what is no XML is refused", "[xmpp][stream_parser]") {
  CHECK(fault_of("HTTP/1.1 400 Bad Request\r\n\r\n") == "not-well-formed");
  CHECK(fault_in_stream("<a></b>") == "not-well-formed");
  CHECK(fault_in_stream("<a k='1' k='2'/>") == "not-well-formed");
  CHECK(fault_in_stream("<a b=c/>") == "not-well-formed");
  CHECK(fault_in_stream("<a>&#1;</a>") == "not-well-formed");
  CHECK(fault_in_stream("<a>\x01</a>") == "not-well-formed");
  CHECK(fault_in_stream("<a>\xFF</a>") == "not-well-formed");
  CHECK(fault_in_stream("<a>\xED\xA0\x80</a>") == "not-well-formed");
  CHECK(fault_in_stream("<a xmlns='x&#10;y'/>") == "not-well-formed");
  CHECK(fault_in_stream("<a></message>") == "not-well-formed");
}

TEST_CASE("prefixes must be declared", "[xmpp][stream_parser]") {
  CHECK(fault_in_stream("<x:a/>") == "bad-namespace-prefix");
  CHECK(fault_in_stream("<a x:k='1'/>") == "bad-namespace-prefix");
  CHECK(fault_in_stream("<a xmlns:x=''/>") == "bad-namespace-prefix");
  CHECK(fault_in_stream("<a xmlns:xml='urn:x'/>") == "bad-namespace-prefix");
}

TEST_CASE("the root is a stream", "[xmpp][stream_parser]") {
  CHECK(fault_of("<stream xmlns='jabber:client'>") == "invalid-namespace");
  CHECK(fault_of("<stream>") == "invalid-namespace");
  CHECK(fault_of("<message xmlns='http://etherx.jabber.org/streams'/>") == "bad-format");
  const auto items = parsed("<stream xmlns='http://etherx.jabber.org/streams'/>");
  REQUIRE(items.size() == 2);
  CHECK(items[1].what == kind::end);
}

TEST_CASE("only UTF-8 is read", "[xmpp][stream_parser]") {
  using namespace std::string_literals;
  CHECK(fault_of("<?xml version='1.0' encoding='ISO-8859-1'?><a/>") == "unsupported-encoding");
  CHECK(fault_of("<?xml version='1.0' encoding='UTF-16'?><a/>") == "unsupported-encoding");
  CHECK(fault_of("\xFE\xFF\0<\0a"s) == "unsupported-encoding");
  CHECK(fault_of("\xFF\xFE<\0a\0"s) == "unsupported-encoding");
  CHECK(fault_of("<\0a\0"s) == "unsupported-encoding");
  CHECK(fault_of("\0<\0a"s) == "unsupported-encoding");
  CHECK(parsed("<?xml version='1.0' encoding='utf-8'?>" + header.substr(21))[0].what ==
        kind::header);
}

TEST_CASE("limits hold", "[xmpp][stream_parser]") {
  CHECK_FALSE(parsed(header + nested(50)).back().skipped);
  CHECK_FALSE(parsed(header + "<a" + many_attributes(100) + "/>").back().skipped);

  std::string root = header;
  root.insert(root.size() - 1, many_attributes(100));
  CHECK(fault_of(root) == "policy-violation");
  CHECK(fault_of("<?xml version='1.0'?>" + std::string(11000, ' ')) == "policy-violation");
  CHECK(fault_of("<stream:stream a='" + std::string(11000, 'x')) == "policy-violation");
  CHECK(fault_of("<stream a='" + std::string(11000, 'x') +
                 "' xmlns='http://etherx.jabber.org/streams'>") == "policy-violation");
}

TEST_CASE("a stanza has a largest size", "[xmpp][stream_parser]") {
  stream_limits limits;
  limits.stanza_bytes = 100;
  const auto stanza = [](std::size_t size) {
    return "<a><b/>" + std::string(size - 11, 'x') + "</a>";
  };
  REQUIRE(stanza(100).size() == 100);
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{1000}}) {
    CAPTURE(size);
    const auto items = parsed_in_pieces(
        header + stanza(100) + "  " + std::string(500, '\n') + stanza(100) + stanza(100), size,
        limits);
    REQUIRE(items.size() == 4);
    CHECK(items.back().what == kind::stanza);
  }
}

TEST_CASE("a stanza that is too much in any way is skipped", "[xmpp][stream_parser]") {
  stream_limits limits;
  limits.stanza_bytes = 2000;
  limits.depth = 5;
  limits.attributes = 10;
  limits.tag_bytes = 5000;
  const std::string outside = "<message from='a@b/c' type='chat' id='1'>";
  const std::string large = " k='" + std::string(3000, 'x') + "'";
  const std::string close = "</message>";
  const std::string stanzas[] = {
      outside + nested(5) + close,
      outside + "<x>" + nested(300) + "</x>words<y/>" + close,
      outside + "<body>x</body><a" + many_attributes(11) + "/>" + close,
      outside + "<body>x</body><a><b" + many_attributes(11) + "></b></a>" + close,
      outside + "<body>x</body><a" + large + "/>" + close,
      outside + "<body>x</body><a><b" + large + ">y</b></a>" + close,
      outside + "<body>x</body" + std::string(3000, ' ') + ">" + close,
      "<message from='a@b/c' type='chat'" + many_attributes(20) + " id='1'><body>x</body>" + close,
      "<message from='a@b/c' type='chat'" + many_attributes(20) + " id='1'/>",
      "<message from='a@b/c' type='chat'" + large + " id='1'>" + close,
      "<message from='a@b/c' type='chat'" + large + " id='1'/>",
  };
  const element left =
      element("message", ns::client).set("from", "a@b/c").set("type", "chat").set("id", "1");
  const element good = element("a", ns::client).add(element("b", ns::client, "c"));
  for (const std::string& each : stanzas) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{9000}}) {
      CAPTURE(each, size);
      const auto items =
          parsed_in_pieces(header + "<a><b>c</b></a>" + each + "<a><b>c</b></a>", size, limits);
      REQUIRE(items.size() == 4);
      CHECK(items[1].body == good);
      CHECK(items[2].what == kind::stanza);
      CHECK(items[2].skipped);
      CHECK(items[2].body == left);
      CHECK_FALSE(items[3].skipped);
      CHECK(items[3].body == good);
    }
  }
  // Nobody has an address of that length.
  const auto unknown =
      parsed(header + "<message from='" + std::string(4500, 'x') + "' id='1'/>", limits);
  CHECK(unknown.back().body == element("message", ns::client).set("id", "1"));
}

TEST_CASE("more than any server relays is not read", "[xmpp][stream_parser]") {
  stream_limits limits;
  limits.stanza_bytes = 100;
  limits.tag_bytes = 200;
  limits.skipped_depth = 60;
  CHECK(parsed(header + nested(60), limits).back().skipped);
  CHECK(fault_in_stream(nested(61), limits) == "policy-violation");
  const std::string large(200, 'x');
  CHECK(fault_in_stream("<a k='" + large, limits) == "policy-violation");
  CHECK(fault_in_stream("<a k='" + large + "'/>", limits) == "policy-violation");
  CHECK(fault_in_stream("<a><b k='" + large + "'/></a>", limits) == "policy-violation");
  CHECK(fault_in_stream("<a></a" + std::string(200, ' ') + ">", limits) == "policy-violation");
  CHECK(fault_in_stream("<a><!--" + large, limits) == "policy-violation");
}

TEST_CASE("what servers make of quotes is skipped, however it comes", "[xmpp][stream_parser]") {
  // 512 KiB of them, six times as long in what is relayed.
  std::string quotes;
  for (int i = 0; i < 512 * 1024; ++i) quotes += "&apos;";
  const std::string text =
      header + "<message from='a@b/c'><a k='" + quotes + "'/></message><message id='2'/>";
  for (const std::size_t size : {std::size_t{100}, std::size_t{1400}, text.size()}) {
    CAPTURE(size);
    const auto items = parsed_in_pieces(text, size);
    REQUIRE(items.size() == 3);
    CHECK(items[1].skipped);
    CHECK(items[1].body == element("message", ns::client).set("from", "a@b/c"));
    CHECK(items[2].body == element("message", ns::client).set("id", "2"));
  }
  // A tag that never ends is not kept for ever.
  stream_parser parser;
  parser.feed(header + "<a k='");
  REQUIRE(parser.next());
  std::size_t fed = 0;
  const std::string piece(1000, 'x');
  std::optional<stream_item> item;
  for (; !item && fed < 9U * 1024 * 1024; fed += piece.size()) {
    parser.feed(piece);
    item = parser.next();
  }
  REQUIRE(item);
  CHECK(item->condition == "policy-violation");
  CHECK(fed > 8U * 1024 * 1024);
}

TEST_CASE("a long namespace is not kept a thousand times", "[xmpp][stream_parser]") {
  std::string text = "<message from='a@b/c'><a xmlns='" + std::string(100'000, 'x') + "'>";
  for (int i = 0; i < 1000; ++i) text += "<b/>";
  text += "</a></message>";
  const auto items = parsed(header + text + "<message><a xmlns='u'/></message>");
  REQUIRE(items.size() == 3);
  CHECK(items[1].skipped);
  CHECK(items[1].body == element("message", ns::client).set("from", "a@b/c"));
  CHECK_FALSE(items[2].skipped);
}

TEST_CASE("what is in no words counts as read", "[xmpp][stream_parser]") {
  stream_limits limits;
  limits.tag_bytes = 100;
  std::string nothing;
  for (int i = 0; i < 20; ++i) nothing += "<![CDATA[]]>";
  for (const std::size_t size : {std::size_t{1}, std::size_t{30}, std::size_t{1000}}) {
    CAPTURE(size);
    const auto items = parsed_in_pieces(header + "<a>" + nothing + "</a>", size, limits);
    REQUIRE(items.size() == 2);
    CHECK(items[1].body == element("a", ns::client));
  }
}

TEST_CASE("a stanza that is too large is skipped", "[xmpp][stream_parser]") {
  stream_limits limits;
  limits.stanza_bytes = 100;
  limits.skipped_bytes = 1000;
  const auto stanza = [](std::size_t size) {
    return "<a k='v'>t<b><c/>" + std::string(size - 25, 'x') + "</b></a>";
  };
  REQUIRE(stanza(100).size() == 100);
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{5000}}) {
    CAPTURE(size);
    const auto items = parsed_in_pieces(
        header + stanza(100) + stanza(101) + stanza(1000) + stanza(100), size, limits);
    REQUIRE(items.size() == 5);
    CHECK_FALSE(items[1].skipped);
    CHECK(items[1].body.children.size() == 1);
    for (const std::size_t large : {2U, 3U}) {
      CHECK(items[large].what == kind::stanza);
      CHECK(items[large].skipped);
      CHECK(items[large].body == element("a", "jabber:client").set("k", "v"));
    }
    CHECK(items[4] == items[1]);
  }
  // It is read as far as it has to be, and not for ever.
  CHECK(fault_in_stream(stanza(1001), limits) == "policy-violation");
  CHECK(fault_in_stream("<a>" + std::string(200, 'x') + "</b>", limits) == "not-well-formed");
  CHECK(fault_in_stream("<a>" + std::string(200, 'x') + "<!-- -->", limits) == "restricted-xml");

  const auto large = parsed(header + "<a>" + std::string(256 * 1024, 'x') + "</a><b/>");
  REQUIRE(large.size() == 3);
  CHECK(large[1].skipped);
  CHECK(large[2].body.name == "b");
}

TEST_CASE("nothing is read after a fault or the end", "[xmpp][stream_parser]") {
  stream_parser parser;
  parser.feed(header + "<a/></b><c/>");
  CHECK(taken(parser).size() == 3);
  parser.feed("<d/>");
  CHECK(taken(parser).empty());
  parser.reset();
  parser.feed(header + "<a/></stream:stream><b/>");
  CHECK(taken(parser).size() == 3);
  parser.feed(header);
  CHECK(taken(parser).empty());
}

TEST_CASE("a new stream begins", "[xmpp][stream_parser]") {
  stream_parser parser;
  parser.feed(header + "<proceed/><injected/><half");
  REQUIRE(parser.next()->what == kind::header);
  REQUIRE(parser.next()->body.name == "proceed");
  parser.reset();
  CHECK_FALSE(parser.next());
  parser.feed(header + "<a/>");
  const auto items = taken(parser);
  REQUIRE(items.size() == 2);
  CHECK(items[0].what == kind::header);
  CHECK(items[1].body.name == "a");
}

TEST_CASE("a long stream is read like a short one", "[xmpp][stream_parser]") {
  // Expat starts over several times meanwhile, in the midst of what is fed.
  const std::string text =
      "<message xml:lang='en'><body>hello &amp; goodbye</body><stream:x/></message> ";
  const auto expected = parsed(header + text);
  REQUIRE(expected.size() == 2);
  for (const std::size_t size : {std::size_t{61}, std::size_t{4096}, std::size_t{3000000}}) {
    CAPTURE(size);
    stream_parser parser;
    parser.feed(header);
    REQUIRE(parser.next());
    std::string all;
    for (int i = 0; i < 40000; ++i) all += text;
    std::size_t count = 0;
    for (std::string_view rest = all; !rest.empty();
         rest.remove_prefix(std::min(size, rest.size()))) {
      parser.feed(rest.substr(0, size));
      while (const auto item = parser.next()) {
        if (*item != expected[1]) FAIL("another stanza");
        ++count;
      }
    }
    CHECK(count == 40000);
    parser.feed("</stream:stream>");
    REQUIRE(parser.next()->what == kind::end);
  }
}

TEST_CASE("any element reads as it was written", "[xmpp][stream_parser][property]") {
  std::mt19937 random(11);
  const auto pick = [&random](std::size_t below) { return random() % below; };
  const std::string_view pieces[] = {"a",
                                     " ",
                                     "<",
                                     ">",
                                     "&",
                                     "'",
                                     "\"",
                                     "]]>",
                                     "\n",
                                     "\t",
                                     "\r",
                                     "\xC3\xBC",
                                     "\xF0\x9F\xA6\x9C",
                                     "\x7F",
                                     "&lt;"};
  const std::string_view spaces[] = {ns::client, ns::stream, "urn:x", "",
                                     "http://www.w3.org/XML/1998/namespace"};
  const auto words = [&] {
    std::string text;
    for (std::size_t i = pick(6); i > 0; --i) text += pieces[pick(std::size(pieces))];
    return text;
  };
  const auto made = [&](const auto& self, std::size_t depth) -> element {
    element one(pick(2) == 0 ? "a" : "b-c", spaces[pick(std::size(spaces))], words());
    if (pick(2) == 0) one.attributes.emplace_back("k", words());
    if (pick(4) == 0) one.attributes.emplace_back("xml:lang", words());
    for (std::size_t i = depth == 0 ? 0 : pick(4); i > 0; --i) one.add(self(self, depth - 1));
    return one;
  };
  for (int round = 0; round < 2000; ++round) {
    const element one = made(made, 4);
    const std::string xml = one.to_xml(ns::client);
    CAPTURE(xml);
    const auto items = parsed_in_pieces(header + xml, 1 + pick(50));
    REQUIRE(items.size() == 2);
    REQUIRE(items[1].body == one);
  }
}
