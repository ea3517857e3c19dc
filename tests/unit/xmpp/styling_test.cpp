// SPDX-License-Identifier: Apache-2.0
#include "styling.hpp"

#include <random>

#include <mynah/utf8.hpp>

#include "catch.hpp"
#include "element.hpp"
#include "rounds.hpp"

using mynah::reply;
using namespace mynah::xmpp;

namespace {

using texts = std::vector<std::string>;

const std::string zwsp = "\xE2\x80\x8B";

texts bodies(const reply& body, std::size_t limit = usual_body_bytes) {
  return rendered(body, limit);
}

}  // namespace

TEST_CASE("a reply is one message", "[xmpp][styling]") {
  CHECK(bodies("hello") == texts{"hello"});
  CHECK(bodies("one\r\ntwo\n\nthree\rfour\n") == texts{"one\ntwo\n\nthree\nfour"});
  CHECK(bodies(reply()) == texts{});
  CHECK(bodies(" \n\t\n") == texts{});
  CHECK(bodies("\n\nx\n\n") == texts{"x"});
  CHECK(bodies("bad\xFFutf") == texts{"bad\xEF\xBF\xBDutf"});
}

TEST_CASE("emphasis and code are styled where it works", "[xmpp][styling]") {
  CHECK(bodies(reply("run ").code("ls -l").text(" ").emphasis("right now")) ==
        texts{"run `ls -l` *right now*"});
  CHECK(bodies(reply().emphasis("a\nb")) == texts{"*a*\n*b*"});
  // Behind a letter nothing opens.
  CHECK(bodies(reply("id=").code("x").text(" (").emphasis("y").text(")")) == texts{"id=x (y)"});
  CHECK(bodies(reply().emphasis("a").code("b")) == texts{"*a*b"});
  // Nor before or behind a blank, nor around itself.
  CHECK(bodies(reply().emphasis(" a ")) == texts{" a"});
  CHECK(bodies(reply().emphasis("2*2")) == texts{"2*2"});
  CHECK(bodies(reply("x ").code("a`b")) == texts{"x a`b"});
  CHECK(bodies(reply("x ").code("a\xE3\x80\x80")) == texts{"x a\xE3\x80\x80"});
  CHECK(bodies(reply("x").text("\xE3\x80\x80").emphasis("a")) == texts{"x\xE3\x80\x80*a*"});
  // What is preformatted stays as it is.
  CHECK(bodies(reply().code("*a* _b_ ~c~")) == texts{"`*a* _b_ ~c~`"});
}

TEST_CASE("blocks stand between fences", "[xmpp][styling]") {
  CHECK(bodies(reply("out:").code_block("a\n\nb\n", "sh").text("end")) ==
        texts{"out:\n```sh\na\n\nb\n```\nend"});
  CHECK(bodies(reply("out:\n").code_block("a").code_block("b")) ==
        texts{"out:\n```\na\n```\n```\nb\n```"});
  CHECK(bodies(reply("see ").code("a\nb")) == texts{"see \n```\na\nb\n```"});
  // No line in it ends it, and nothing else comes behind the fence.
  CHECK(bodies(reply().code_block("a\n```\n```x\n``\n*b*", "c\n!op")) ==
        texts{"```\na\n" + zwsp + "```\n" + zwsp + "```x\n``\n*b*\n```"});
  CHECK(bodies(reply().code_block("\n\n")) == texts{});
}

TEST_CASE("links and cards have a text form", "[xmpp][styling]") {
  CHECK(bodies(reply("see ").link("docs", "https://x.test/a__b__c/__d__")) ==
        texts{"see docs <https://x.test/a__b__c/__d__>"});
  CHECK(bodies(reply().link("", "https://x.test/")) == texts{"https://x.test/"});
  mynah::card framed("Deploy");
  framed.field("env", "prod").action("Go", "deploy go");
  CHECK(bodies(reply("look").with(framed)) == texts{"look\nDeploy\nenv: prod\n1) Go"});
}

TEST_CASE("nothing is styled by accident", "[xmpp][styling]") {
  for (const bool trusted : {true, false}) {
    CAPTURE(trusted);
    const auto shown = [trusted](std::string words) {
      const texts all = trusted ? bodies(reply("x\n").text(std::move(words)))
                                : bodies(reply("x\n").untrusted(std::move(words)));
      return all.size() == 1 && all[0].starts_with("x\n") ? all[0].substr(2) : "no single body";
    };
    CHECK(shown("a *b* c") == "a " + zwsp + "*b* c");
    CHECK(shown("_b_ ~c~ `d`") == zwsp + "_b_ " + zwsp + "~c~ " + zwsp + "`d`");
    CHECK(shown("```") == zwsp + "```");
    CHECK(shown("```sh") == zwsp + "```sh");
    CHECK(shown("> said") == zwsp + "> said");
    CHECK(shown("**b**") == zwsp + "**b**");
    CHECK(shown("\xE3\x80\x80*b*") == "\xE3\x80\x80" + zwsp + "*b*");
    // These would not be, so they stay.
    CHECK(shown("2*3*4 a_b_c * d * *e 5 > 4 `") == "2*3*4 a_b_c * d * *e 5 > 4 `");
    CHECK(shown("*a\nb*") == "*a\nb*");
    CHECK(shown("/usr/lib_x/_y_z") == "/usr/lib_x/_y_z");
  }
  // Not together with what is meant, either.
  CHECK(bodies(reply("2 *3 ").emphasis("x")) == texts{"2 " + zwsp + "*3 *x*"});
  CHECK(bodies(reply("a `b ").code("c")) == texts{"a " + zwsp + "`b `c`"});
  CHECK(bodies(reply().emphasis("_a_")) == texts{"*" + zwsp + "_a_*"});
}

TEST_CASE("untrusted text drives no bots and no terminals", "[xmpp][styling]") {
  CHECK(bodies(reply().untrusted("!op me")) == texts{zwsp + "!op me"});
  CHECK(bodies(reply().untrusted("/me dances")) == texts{zwsp + "/me dances"});
  CHECK(bodies(reply().untrusted("\n \n  .x\n!y")) == texts{"  " + zwsp + ".x\n!y"});
  CHECK(bodies(reply().untrusted("> x")) == texts{zwsp + "> x"});
  CHECK(bodies(reply("he said: ").untrusted("!x")) == texts{"he said: !x"});
  CHECK(bodies(reply().untrusted("plain")) == texts{"plain"});
  CHECK(bodies("!help for more") == texts{"!help for more"});
  CHECK(bodies(reply().untrusted("a\x1B[1mb\x01\xE2\x80\xAE"
                                 "c")) == texts{"a[1mbc"});
  CHECK(bodies(reply().code_block("\x1B[1mb")) == texts{"```\n[1mb\n```"});
  // Also where a long text is split.
  const texts split = bodies(reply().untrusted(std::string(60, 'a') + "\n!op me now please"), 64);
  REQUIRE(split.size() == 2);
  CHECK(split[1] == zwsp + "!op me now please");
}

TEST_CASE("long texts are split between lines", "[xmpp][styling]") {
  const std::string line(30, 'a');
  CHECK(bodies(line + "\n" + line + "\n" + line, 64) == texts{line + "\n" + line, line});
  // Between words, and never within a character.
  const texts words = bodies(line + " " + line + " " + line, 64);
  CHECK(words == texts{line + " " + line, line});
  std::string wide;
  for (int i = 0; i < 30; ++i) wide += "\xF0\x9F\xA6\x9C";
  const texts parrots = bodies(wide, 64);
  REQUIRE(parrots.size() == 2);
  CHECK(parrots[0] + parrots[1] == wide);
  CHECK(mynah::is_utf8(parrots[0]));
}

TEST_CASE("fences are closed and opened again", "[xmpp][styling]") {
  const std::string line(24, 'a');
  CHECK(bodies(reply("x").code_block(line + "\n" + line + "\n" + line, "sh"), 64) ==
        texts{"x\n```sh\n" + line + "\n" + line + "\n```", "```sh\n" + line + "\n```"});
  const texts all = bodies(reply().code_block(std::string(200, 'a')), 64);
  REQUIRE(all.size() == 4);
  for (const std::string& each : all) {
    CHECK(each.size() <= 64);
    CHECK(each.starts_with("```\na"));
    CHECK(each.ends_with("a\n```"));
  }
}

TEST_CASE("a body stays small when it is escaped", "[xmpp][styling]") {
  const texts all = bodies(std::string(100000, '\''));
  std::size_t size = 0;
  for (const std::string& each : all) {
    CHECK(xml_escaped(each).size() <= 48000);
    size += each.size();
  }
  CHECK(size == 100000);
  const texts block = bodies(reply().code_block(std::string(100000, '&')));
  for (const std::string& each : block) CHECK(xml_escaped(each).size() <= 48000);
}

TEST_CASE("any reply becomes bodies that hold", "[xmpp][styling][property]") {
  std::mt19937 random(3);
  const std::string_view pieces[] = {"a",
                                     "word",
                                     " ",
                                     "\n",
                                     "*",
                                     "_",
                                     "~",
                                     "`",
                                     "```",
                                     ">",
                                     "!",
                                     "\t",
                                     "\r",
                                     "<",
                                     "&",
                                     "'",
                                     "\xFF",
                                     "\x1B",
                                     "\xE2\x80\x8B",
                                     "\xE3\x80\x80",
                                     "\xF0\x9F\xA6\x9C"};
  for (std::size_t round = 0; round < mynah_test::rounds(5000); ++round) {
    reply body;
    for (std::size_t count = random() % 6; count > 0; --count) {
      std::string words;
      for (std::size_t i = random() % 60; i > 0; --i) words += pieces[random() % std::size(pieces)];
      switch (random() % 6) {
        case 0:
          body.text(words);
          break;
        case 1:
          body.untrusted(words);
          break;
        case 2:
          body.code(words);
          break;
        case 3:
          body.code_block(words, "sh");
          break;
        case 4:
          body.emphasis(words);
          break;
        default:
          body.link(words, "https://x.test/");
      }
    }
    const std::size_t limit = 64 + random() % 200;
    for (const std::string& each : rendered(body, limit)) {
      CAPTURE(each, limit);
      REQUIRE_FALSE(each.empty());
      REQUIRE(each.size() <= limit);
      REQUIRE(xml_escaped(each).size() <= 3 * limit);
      REQUIRE(mynah::is_utf8(each));
      // Every fence that opens is closed, and a text has no other.
      bool is_open = false;
      for (std::string_view rest = each; !rest.empty();) {
        const std::string_view line = rest.substr(0, rest.find('\n'));
        if (line.starts_with("```")) {
          REQUIRE((is_open ? line == "```" : line == "```" || line == "```sh"));
          is_open = !is_open;
        } else if (!is_open) {
          REQUIRE_FALSE(line.starts_with(">"));
        }
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      }
      REQUIRE_FALSE(is_open);
    }
  }
}
