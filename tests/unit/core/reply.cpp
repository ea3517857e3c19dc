// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/reply.hpp>

using namespace mynah;

TEST_CASE("text becomes a reply, nothing becomes none") {
  CHECK(reply("x").plain() == "x");
  CHECK(reply(std::string("x")).plain() == "x");
  CHECK(reply(std::string_view("x")).plain() == "x");
  CHECK(reply("").empty());
  CHECK(reply().empty());
  CHECK_FALSE(reply(card("t")).empty());
}

TEST_CASE("fragments keep their kinds and join as text") {
  const reply made = reply("said ").untrusted("a\x1b[31mb\rc").code("x").emphasis("y");
  CHECK(made.fragments().size() == 4);
  CHECK(made.fragments()[1].kind == fragment_kind::untrusted);
  CHECK(made.plain() == "said a[31mbcxy");
}

TEST_CASE("code blocks stand on lines of their own") {
  CHECK(reply("before").code_block("a\nb").text("after").plain() == "before\na\nb\nafter");
  CHECK(reply().code_block("only").plain() == "only");
}

TEST_CASE("links show their address once") {
  CHECK(reply().link("docs", "https://x").plain() == "docs <https://x>");
  CHECK(reply().link("https://x", "https://x").plain() == "https://x");
  CHECK(reply().link("", "https://x").plain() == "https://x");
}

TEST_CASE("a card has a text form with numbered choices") {
  const reply made(card("Deploy web?")
                       .field("env", "prod")
                       .text("Ready.")
                       .image("https://x/y.png")
                       .action("Approve", "approve 1")
                       .action("Reject", "reject 1"));
  CHECK(made.plain() == "Deploy web?\nenv: prod\nReady.\nhttps://x/y.png\n1) Approve\n2) Reject");
  CHECK(reply("note").with(card("t")).plain() == "note\nt");
}

TEST_CASE("text from outside loses controls and direction overrides, keeps lines and letters") {
  CHECK(sanitised("a\x01"
                  "b\x7f"
                  "c\td\n") == "abc\td\n");
  CHECK(sanitised("\xC2\x85x") == "x");
  CHECK(sanitised("abc\u202Etxt.exe\u2066") == "abctxt.exe");
  CHECK(sanitised("gr\u00fc\u00df \u2026") == "gr\u00fc\u00df \u2026");
  CHECK(sanitised(std::string_view("a\0b", 3)) == "ab");
  CHECK(sanitised("\xC2") == "\xC2");
  CHECK(sanitised("\xE2\x80") == "\xE2\x80");
}
