// SPDX-License-Identifier: Apache-2.0
#include "mrkdwn.hpp"

#include <random>

#include <mynah/utf8.hpp>

#include "catch.hpp"
#include "characters.hpp"
#include "rounds.hpp"
#include "text.hpp"

using mynah::reply;
using namespace mynah::slack;

namespace {

using texts = std::vector<std::string>;

const std::string zwsp = "\xE2\x80\x8B";

// What a reader sees of a text without markup, or copies.
std::string seen(std::string_view mrkdwn) {
  std::string out = unescaped(mrkdwn);
  for (std::size_t at = out.find(zwsp); at != std::string::npos; at = out.find(zwsp, at)) {
    out.erase(at, zwsp.size());
  }
  return out;
}

// Whether a reader of mrkdwn could see markup: a span, a block, a quotation, an emoji.
bool has_markup(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const std::string_view rest = std::string_view(text).substr(i);
    const std::size_t before = i == 0 ? std::string::npos : text.find_last_not_of(" \t", i - 1);
    const bool starts_line = before == std::string::npos || text[before] == '\n';
    if (rest.starts_with("```")) return true;
    if (starts_line && (c == '>' || rest.starts_with("&gt;"))) return true;
    if (c == '<') return true;
    if (std::string_view("*_~`").find(c) != std::string_view::npos) {
      const bool is_free =
          i == 0 || std::isalnum(static_cast<unsigned char>(text[i - 1])) == 0 || c == '`';
      const std::size_t line_end = text.find('\n', i);
      const std::size_t close = text.find(c, i + 1);
      const bool opens = i + 1 < text.size() && text[i + 1] != ' ' && text[i + 1] != '\n' &&
                         !rest.substr(1).starts_with(zwsp);
      if (is_free && opens && close < line_end && close != std::string::npos) return true;
    }
    if (rest.starts_with(":smile:") || rest.starts_with(":+1:") || rest.starts_with(":100:")) {
      return true;
    }
    if (rest.starts_with("@here") || rest.starts_with("@channel")) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("text is shown as it is", "[slack][mrkdwn]") {
  struct row {
    std::string_view words;
    std::string shown;
  };
  for (const row& each : {row{"hello", "hello"},
                          row{"a & b < c > d", "a &amp; b &lt; c &gt; d"},
                          row{"<!channel> <@U1>", "&lt;!channel&gt; &lt;@U1&gt;"},
                          row{"&lt;", "&amp;lt;"},
                          row{"*bold*", "*" + zwsp + "bold*"},
                          row{"_it_ ~st~", "_" + zwsp + "it_ ~" + zwsp + "st~"},
                          row{"2 * 3 * 4", "2 * 3 * 4"},
                          row{"a*b*c", "a*b*c"},
                          row{"snake_case_name", "snake_case_name"},
                          row{"one *star", "one *star"},
                          row{"(*x*)", "(*" + zwsp + "x*)"},
                          row{"`x`", "`" + zwsp + "x`"},
                          row{"a`b`", "a`" + zwsp + "b`"},
                          row{"```", "`" + zwsp + "`" + zwsp + "`"},
                          row{"> quoted", zwsp + "&gt; quoted"},
                          row{"a > b\n  > c", "a &gt; b\n  " + zwsp + "&gt; c"},
                          row{":smile: :+1:", ":" + zwsp + "smile: :" + zwsp + "+1:"},
                          row{":100:", ":" + zwsp + "100:"},
                          row{"at 12:30:45", "at 12:30:45"},
                          row{"a: b: c", "a: b: c"},
                          row{"@here and @Channel", "@" + zwsp + "here and @" + zwsp + "Channel"},
                          row{"a@b.test", "a@b.test"},
                          row{"*a\nb*", "*a\nb*"},
                          row{"one\r\ntwo\rthree", "one\ntwo\nthree"},
                          row{"\n\nx\n\n", "x"},
                          row{"bad\xFFutf", "bad\xEF\xBF\xBDutf"}}) {
    CAPTURE(each.words);
    CHECK(to_mrkdwn(reply(each.words)) == each.shown);
    CHECK(to_mrkdwn(reply("x").text("\n").text(std::string(each.words))).find("x") == 0);
  }
  CHECK(to_mrkdwn(reply()).empty());
  CHECK(to_mrkdwn(" \n ").empty());
}

TEST_CASE("untrusted text is clean and drives no bots", "[slack][mrkdwn]") {
  CHECK(to_mrkdwn(reply().untrusted("!deploy")) == zwsp + "!deploy");
  CHECK(to_mrkdwn(reply().untrusted("  /x")) == "  " + zwsp + "/x");
  CHECK(to_mrkdwn(reply().untrusted("\n.x")) == zwsp + ".x");
  CHECK(to_mrkdwn(reply().untrusted("<!here>")) == zwsp + "&lt;!here&gt;");
  CHECK(to_mrkdwn(reply().untrusted("> x")) == zwsp + "&gt; x");
  CHECK(to_mrkdwn(reply("it said ").untrusted("!x")) == "it said !x");
  CHECK(to_mrkdwn(reply().untrusted("a\x1B[31mb\xE2\x80\xAE"
                                    "c")) == "a[31mbc");
  // The author's words are the author's.
  CHECK(to_mrkdwn("!deploy") == "!deploy");
}

TEST_CASE("emphasis and code are styled where it works", "[slack][mrkdwn]") {
  CHECK(to_mrkdwn(reply("run ").code("ls -l").text(" ").emphasis("now")) == "run `ls -l` *now*");
  CHECK(to_mrkdwn(reply().code("a<b>&*c*")) == "`a&lt;b&gt;&amp;*c*`");
  CHECK(to_mrkdwn(reply().emphasis("a\nb")) == "*a*\n*b*");
  CHECK(to_mrkdwn(reply("id").code("x").text("y")) == "id" + zwsp + "`x`" + zwsp + "y");
  CHECK(to_mrkdwn(reply("(").code("x").text(")")) == "(`x`)");
  CHECK(to_mrkdwn(reply().emphasis("a").code("b")) == "*a*" + zwsp + "`b`");
  CHECK(to_mrkdwn(reply().code("a").text("`b")) == "`a`" + zwsp + "`b");
  CHECK(to_mrkdwn(reply().emphasis("a_b_ _c_")) == "*a_b_ _" + zwsp + "c_*");
  // Nor before or behind a blank, nor around itself.
  CHECK(to_mrkdwn(reply("x").emphasis(" a ")) == "x a");
  CHECK(to_mrkdwn(reply().emphasis("2*2")) == "2*2");
  CHECK(to_mrkdwn(reply("x ").code("a`b")) == "x a`b");
}

TEST_CASE("blocks stand between fences", "[slack][mrkdwn]") {
  CHECK(to_mrkdwn(reply("out:").code_block("a <b>\n\nc\n", "sh").text("end")) ==
        "out:\n```\na &lt;b&gt;\n\nc\n```\nend");
  CHECK(to_mrkdwn(reply().code_block("a").code_block("b")) == "```\na\n```\n```\nb\n```");
  CHECK(to_mrkdwn(reply("see ").code("a\nb")) == "see \n```\na\nb\n```");
  CHECK(to_mrkdwn(reply().code_block("\n \n")).empty());
  // Nothing in it ends it.
  CHECK(to_mrkdwn(reply().code_block("x\n```\n````y``")) ==
        "```\nx\n``" + zwsp + "`\n``" + zwsp + "``y``\n```");
  CHECK(to_mrkdwn(reply().code_block("*a* :smile: > x")) == "```\n*a* :smile: &gt; x\n```");
}

TEST_CASE("links are to web pages and mail only", "[slack][mrkdwn]") {
  CHECK(to_mrkdwn(reply("see ").link("docs & more", "https://x.test/?a=1&b=<2>|3")) ==
        "see <https://x.test/?a=1&amp;b=%3C2%3E%7C3|docs &amp; more>");
  CHECK(to_mrkdwn(reply().link("", "https://x.test/")) == "<https://x.test/>");
  CHECK(to_mrkdwn(reply().link("https://x.test/", "https://x.test/")) == "<https://x.test/>");
  CHECK(to_mrkdwn(reply().link("a\nb> <!here>", "mailto:a@b.test")) ==
        "<mailto:a@b.test|a b&gt; &lt;!here&gt;>");
  CHECK(to_mrkdwn(reply().link("x", "javascript:alert(1)")) == "x &lt;javascript:alert(1)&gt;");
  CHECK(to_mrkdwn(reply().link("", "@here")) == "@" + zwsp + "here");
  for (const std::string url : {"!channel", "@U1", "#C1", "https://a b", "https://a\nb",
                                "https://a\xFF", "ftp://x.test", "httpx://"}) {
    CAPTURE(url);
    CHECK(to_mrkdwn(reply().link("label", url)).find('<') == std::string::npos);
  }
  CHECK(to_mrkdwn(reply().link("x", "https://" + std::string(4000, 'a'))).find('<') ==
        std::string::npos);
}

TEST_CASE("only what is styled needs mrkdwn", "[slack][mrkdwn]") {
  CHECK_FALSE(is_styled(reply("*a*").untrusted("b")));
  CHECK(is_styled(reply("a").code("b")));
  CHECK(is_styled(reply().link("a", "https://b.test")));
}

TEST_CASE("nothing is styled by accident", "[slack][mrkdwn]") {
  std::mt19937 random(5);
  const std::string_view pieces[] = {"*",    "_",  "~", "`",  "```", ">",        "<",   "&",
                                     " ",    "\n", "a", "B",  ":",   ":smile:",  "+1:", "@here",
                                     "&gt;", "(",  "-", "\t", "!",   "\xC3\xA4", "|"};
  for (std::size_t round = 0; round < mynah_test::rounds(20000); ++round) {
    std::string words;
    for (auto i = random() % 14; i > 0; --i) words += pieces[random() % std::size(pieces)];
    CAPTURE(words);
    const std::string shown = to_mrkdwn(round % 2 == 0 ? reply(words) : reply().untrusted(words));
    CAPTURE(shown);
    REQUIRE_FALSE(has_markup(shown));
    // And nothing is lost but empty ends.
    std::string expected = words;
    expected.erase(expected.find_last_not_of(" \t\n") + 1);
    expected.erase(0, std::min(expected.find_first_not_of('\n'), expected.size()));
    REQUIRE(seen(shown) == expected);
  }
}

TEST_CASE("a short message is one piece", "[slack][split]") {
  CHECK(split_message("") == texts{});
  CHECK(split_message(" \n ") == texts{});
  CHECK(split_message("a\nb") == texts{"a\nb"});
  CHECK(split_message("\n\n  a\n") == texts{"  a"});
  CHECK(split_message("```\na\n```") == texts{"```\na\n```"});
  CHECK(split_message("```\n```") == texts{});
  CHECK(split_message("``") == texts{"``"});
  CHECK(split_message(std::string(3900, 'x')).size() == 1);
  CHECK(split_message(std::string(3901, 'x')).size() == 2);
}

TEST_CASE("messages are split at line ends", "[slack][split]") {
  const std::string a(40, 'a');
  const std::string b(40, 'b');
  CHECK(split_message(a + "\n" + b, 64) == texts{a, b});
  CHECK(split_message(a + "\n\n\n" + b, 64) == texts{a, b});
  CHECK(split_message("x\n" + a + "\n" + b + "\ny", 64) == texts{"x\n" + a, b + "\ny"});
  // Else at blanks, else between characters.
  CHECK(split_message(a + " " + b, 64) == texts{a, b});
  CHECK(split_message(std::string(100, 'c'), 64) ==
        texts{std::string(64, 'c'), std::string(36, 'c')});
}

TEST_CASE("pieces begin with no command of another bot", "[slack][split]") {
  const std::string a(60, 'a');
  CHECK(split_message(a + "\n!deploy", 64) == texts{a, zwsp + "!deploy"});
  CHECK(split_message(a + " !deploy now", 64) == texts{a, zwsp + "!deploy now"});
  CHECK(split_message("!deploy", 64) == texts{"!deploy"});
  CHECK(split_message(a + "\n<https://x.test|x> *b*", 64) == texts{a, "<https://x.test|x> *b*"});
}

TEST_CASE("what belongs together is not cut", "[slack][split]") {
  const std::string family = "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7";
  const std::string accented = "e\xCC\x81";
  for (const std::string& whole :
       {std::string("&amp;"), std::string("&lt;"), std::string("<@U123>"),
        std::string("<https://x.test|a b c>"), family, accented}) {
    for (std::size_t before = 40; before < 70; ++before) {
      const std::string text = std::string(before, 'x') + whole + std::string(10, 'y');
      CAPTURE(text);
      const texts pieces = split_message(text, 64);
      const bool is_whole = std::any_of(pieces.begin(), pieces.end(), [&](const std::string& each) {
        return each.find(whole) != std::string::npos;
      });
      CHECK(is_whole);
      for (const std::string& each : pieces) CHECK(count_characters(each) <= 64);
    }
  }
}

TEST_CASE("a block is closed and opened again", "[slack][split]") {
  const std::string a(30, 'a');
  const std::string b(30, 'b');
  const std::string c(30, 'c');
  CHECK(split_message("```\n" + a + "\n" + b + "\n" + c + "\n```\nend", 80) ==
        texts{"```\n" + a + "\n" + b + "\n```", "```\n" + c + "\n```\nend"});
  // Empty lines of it stay, empty blocks do not come.
  CHECK(split_message("```\n" + a + "\n\n\n" + b + "\n```", 64) ==
        texts{"```\n" + a + "\n\n\n```", "```\n" + b + "\n```"});
  CHECK(split_message(a + b + "\n```\nx\n```\n" + c, 64) == texts{a + b, "```\nx\n```\n" + c});
  CHECK(split_message("```\nnever closed", 64) == texts{"```\nnever closed\n```"});
}

TEST_CASE("pieces together are the message", "[slack][split]") {
  std::mt19937 random(9);
  const std::string_view pieces[] = {
      "&amp;",     "&gt;", "<@U1>",    "<https://x.test|y z>",
      " ",         " ",    "\n",       "\n\n",
      "word",      "x",    "\xC3\xA4", "\xF0\x9F\x91\xA9\xE2\x80\x8D\xF0\x9F\x91\xA7",
      "e\xCC\x81", "!",    "\n```\n",  "\n```\ncode\nmore code\n```\n",
      "`c`"};
  const auto letters = [](std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i).starts_with("```")) {
        i += 2;
      } else if (text.substr(i).starts_with(zwsp)) {
        i += 2;
      } else if (std::string_view(" \n").find(text[i]) == std::string_view::npos) {
        out += text[i];
      }
    }
    return out;
  };
  for (std::size_t round = 0; round < mynah_test::rounds(5000); ++round) {
    std::string text;
    for (auto i = random() % 150; i > 0; --i) text += pieces[random() % std::size(pieces)];
    const std::size_t limit = 64 + random() % 100;
    CAPTURE(text, limit);
    std::string joined;
    for (const std::string& each : split_message(text, limit)) {
      CAPTURE(each);
      REQUIRE(mynah::is_utf8(each));
      REQUIRE(count_characters(each) <= limit);
      REQUIRE(each.find_first_not_of(" \n`") != std::string::npos);
      std::size_t fences = 0;
      for (std::size_t at = each.find("```"); at != std::string::npos;
           at = each.find("```", at + 3)) {
        ++fences;
      }
      REQUIRE(fences % 2 == 0);
      joined += letters(each);
    }
    REQUIRE(joined == letters(text));
  }
}

TEST_CASE("splitting takes no longer than the text is", "[slack][split]") {
  for (const std::string_view piece : {"<", "a", " ", "\n", "`", "```", "&", "a\n", "a ", "<a "}) {
    std::string text;
    while (text.size() < mynah_test::rounds(2'000'000)) text += piece;
    for (const std::string& each : split_message(text)) {
      REQUIRE(count_characters(each) <= usual_message_characters);
    }
  }
  // A short line before each long one.
  std::string text;
  for (int i = 0; i < 200; ++i) text += "x\n" + std::string(5000, 'y') + "\n";
  CHECK(split_message(text).size() < 800);
}
