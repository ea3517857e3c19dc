// SPDX-License-Identifier: Apache-2.0
#include "jid.hpp"

#include <random>
#include <unordered_set>

#include "catch.hpp"
#include "rounds.hpp"

using mynah::xmpp::jid;

namespace {

jid parsed(std::string_view text) {
  const auto got = jid::parse(text);
  CAPTURE(text);
  REQUIRE(got.has_value());
  return *got;
}

}  // namespace

TEST_CASE("addresses are taken apart", "[xmpp][jid]") {
  struct row {
    const char* text;
    const char* local;
    const char* domain;
    const char* resource;
  };
  const std::vector<row> rows = {
      {"example.org", "", "example.org", ""},
      {"ann@example.org", "ann", "example.org", ""},
      {"ann@example.org/desk", "ann", "example.org", "desk"},
      {"example.org/desk", "", "example.org", "desk"},
      {"ann@example.org/a/b@c", "ann", "example.org", "a/b@c"},
      {"example.org/x@y", "", "example.org", "x@y"},
      {"Ann@Example.ORG/Desk", "ann", "example.org", "Desk"},
      {"ann@example.org.", "ann", "example.org", ""},
      {"ann@example.org./x", "ann", "example.org", "x"},
      {"room@rooms.example/the nick", "room", "rooms.example", "the nick"},
      {"room@rooms.example/ nick ", "room", "rooms.example", " nick "},
      {"ann@192.0.2.7", "ann", "192.0.2.7", ""},
      {"ann@[2001:DB8:0::1]/x", "ann", "[2001:db8::1]", "x"},
      {"ann@a_b-c.example", "ann", "a_b-c.example", ""},
      {"a\\20b@example.org", "a\\20b", "example.org", ""},
  };
  for (const row& each : rows) {
    const jid got = parsed(each.text);
    CAPTURE(each.text);
    CHECK(got.local() == each.local);
    CHECK(got.domain() == each.domain);
    CHECK(got.resource() == each.resource);
    CHECK(got.is_bare() == got.resource().empty());
  }
}

TEST_CASE("addresses outside ASCII have one form", "[xmpp][jid]") {
  CHECK(parsed("J\xC3\x9CRGEN@example.org").local() == "j\xC3\xBCrgen");
  CHECK(parsed("Stra\xC3\x9F"
               "e@example.org")
            .local() == "strasse");
  // Combining marks are composed.
  CHECK(parsed("a@example.org/u\xCC\x88").resource() == "\xC3\xBC");
  CHECK(parsed("a@B\xC3\x9C"
               "CHER.example")
            .domain() ==
        "b\xC3\xBC"
        "cher.example");
  CHECK(parsed("a@xn--bcher-kva.example") == parsed("a@b\xC3\xBC"
                                                    "cher.example"));
  // Labels that are written in different directions.
  const jid mixed = parsed("a@xn--bcher-kva.xn--4db");
  CHECK(mixed.domain() ==
        "b\xC3\xBC"
        "cher.\xD7\x90");
  CHECK(parsed(mixed.to_string()) == mixed);
  // Newer than Unicode 3.2.
  CHECK(parsed("a@example.org/\xF0\x9F\xA6\x9C").resource() == "\xF0\x9F\xA6\x9C");
}

TEST_CASE("what cannot be an address is none", "[xmpp][jid]") {
  using namespace std::string_view_literals;
  const std::string_view rows[] = {
      ""sv, "@"sv, "/"sv, "a@"sv, "@example.org"sv, "a@/x"sv, "a@example.org/"sv, "/x"sv, "."sv,
      "a b@example.org"sv, "a\"b@example.org"sv, "a&b@example.org"sv, "a'b@example.org"sv,
      "a:b@example.org"sv, "a<b@example.org"sv, "a>b@example.org"sv, "a@b@example.org"sv,
      "a@exa mple.org"sv, "a@example..org"sv, "a@.example"sv, "a@example.org.."sv, "a@exam:ple"sv,
      "a@[::1"sv, "a@[::1]x"sv, "a@[192.0.2.7]"sv, "a@[]"sv, "a@example.org/\0x"sv,
      "a\x7F@example.org"sv, "a@example.org/\x1B"sv, "a@example.org/\n"sv, "\xFF@example.org"sv,
      // Wide forms become what is forbidden: U+FF20, U+FF0F, U+2100, U+3002.
      "a\xEF\xBC\xA0"
      "b@example.org"sv,
      "a@b\xEF\xBC\xA0"
      "c.example"sv,
      "a@b\xEF\xBC\x8F"
      "c.example"sv,
      "a@\xE2\x84\x80.example"sv,
      "a@b\xE3\x80\x82"
      "c"sv,
      // A blank outside ASCII, a private character, the mark of a byte order.
      "a\xC2\xA0"
      "b@example.org"sv,
      "a@example.org/\xEE\x80\x80"sv};
  for (const std::string_view each : rows) {
    CAPTURE(each);
    CHECK_FALSE(jid::parse(each).has_value());
  }
}

TEST_CASE("parts have at most 1,023 bytes", "[xmpp][jid]") {
  const std::string longest(1023, 'a');
  CHECK(parsed(longest + "@example.org/" + longest).local().size() == 1023);
  CHECK_FALSE(jid::parse(longest + "a@example.org"));
  CHECK_FALSE(jid::parse("a@example.org/a" + longest));
  CHECK_FALSE(jid::parse("a@a" + longest));
  // Longer once it is normalised: each becomes "ss" of "ß", and U+FDFA eighteen characters.
  std::string wide;
  for (int i = 0; i < 300; ++i) wide += "\xEF\xB7\xBA";
  CHECK_FALSE(jid::parse("a@example.org/" + wide));
}

TEST_CASE("addresses are made out of others", "[xmpp][jid]") {
  const jid full = parsed("ann@example.org/desk");
  CHECK(full.bare().to_string() == "ann@example.org");
  CHECK(full.bare_text() == "ann@example.org");
  CHECK(full.bare().is_bare());
  CHECK(full.bare().bare() == full.bare());
  REQUIRE(full.with_resource("a/b"));
  CHECK(full.with_resource("a/b")->to_string() == "ann@example.org/a/b");
  CHECK(full.with_resource("") == full.bare());
  CHECK_FALSE(full.with_resource("a\n"));
  CHECK_FALSE(full.with_resource(std::string(2000, 'x')));
  CHECK(parsed("example.org/x").bare().to_string() == "example.org");
}

TEST_CASE("addresses are compared by their one form", "[xmpp][jid]") {
  CHECK(parsed("Ann@EXAMPLE.org/a") == parsed("ann@example.org/a"));
  CHECK(parsed("ann@example.org/a") != parsed("ann@example.org/A"));
  CHECK(parsed("a@example.org") < parsed("b@example.org"));
  const std::unordered_set<jid> known = {parsed("Ann@example.org"), parsed("ann@example.org")};
  CHECK(known.size() == 1);
}

TEST_CASE("any address reads as itself", "[xmpp][jid][property]") {
  const std::string_view pieces[] = {"a",        "B",
                                     "@",        "/",
                                     ".",        "-",
                                     " ",        "[",
                                     "]",        ":",
                                     "1",        "xn--",
                                     "\xC3\x9F", "\xC3\xA9",
                                     "\xCC\x88", "\xE2\x84\x80",
                                     "\xD7\x90", "\xEF\xBC\xA1",
                                     "example",  "\xF0\x9F\xA6\x9C"};
  std::mt19937 random(7);
  std::size_t read = 0;
  for (std::size_t round = 0; round < mynah_test::rounds(50000); ++round) {
    std::string text;
    for (std::size_t i = 0, count = 1 + random() % 12; i < count; ++i) {
      text += pieces[random() % std::size(pieces)];
    }
    const auto got = jid::parse(text);
    if (!got) continue;
    ++read;
    CAPTURE(text);
    const auto again = jid::parse(got->to_string());
    REQUIRE(again.has_value());
    REQUIRE(*again == *got);
    REQUIRE(again->local() == got->local());
    REQUIRE(again->resource() == got->resource());
    REQUIRE(got->bare().with_resource(got->resource()) == got);
  }
  CHECK(read > mynah_test::rounds(1'000));
}

TEST_CASE("a domain has a form for DNS", "[xmpp][jid]") {
  const auto of = [](const char* text) {
    return jid::parse(text)->ascii_domain().value_or("none");
  };
  CHECK(of("bot@example.org/x") == "example.org");
  CHECK(of("bot@B\xc3\xbc"
           "cher.example") == "xn--bcher-kva.example");
  CHECK(of("bot@xn--bcher-kva.example") == "xn--bcher-kva.example");
  CHECK(of("bot@192.0.2.1") == "192.0.2.1");
  CHECK(of("bot@[::1]") == "[::1]");
}
