// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include <mynah/redactor.hpp>
#include <mynah/reply.hpp>

using namespace mynah;

namespace {

std::string base64(std::string_view bytes, bool url = false, bool padded = true) {
  const std::string alphabet =
      std::string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") +
      (url ? "-_" : "+/");
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    unsigned group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8U | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      if (i + k <= bytes.size()) {
        out += alphabet[(group >> (18 - 6 * k)) & 63U];
      } else if (padded) {
        out += '=';
      }
    }
  }
  return out;
}

std::string hex(std::string_view bytes, const char* digits = "0123456789abcdef") {
  std::string out;
  for (const char c : bytes) {
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

std::string percent(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += "%" + hex(std::string_view(&c, 1), "0123456789ABCDEF");
  return out;
}

std::string wrapped(std::string_view text, std::size_t width, const std::string& line_break) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); at += width) {
    if (at != 0) out += line_break;
    out += text.substr(at, width);
  }
  return out;
}

constexpr std::string_view armoured_key =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\n"
    "MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu\n"
    "NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ\n"
    "qgtzJ6GR3eqoYSW9b9UMvkBpZODSctWS\n"
    "Ab+/9=\n"
    "-----END PRIVATE KEY-----\n";

}  // namespace

TEST_CASE("without secrets nothing is masked") {
  const redactor none;
  CHECK(none.empty());
  CHECK(none.redact("hunter2") == "hunter2");
  CHECK_FALSE(none.suspects("hunter2"));
  CHECK(none.redact(reply("hunter2")).plain() == "hunter2");
  CHECK(redactor(std::vector<std::string>()).empty());
  CHECK(redactor({"", "\n", "\r\n"}).empty());
  CHECK(redactor({"", "\n"}).redact("a\nb") == "a\nb");
}

TEST_CASE("a secret is masked as it is") {
  const redactor safe({"hunter2", "", "key"});
  CHECK_FALSE(safe.empty());
  CHECK(safe.redact("pass hunter2 and hunter2.") == "pass *** and ***.");
  CHECK(safe.redact(std::string("xkeyx")) == "x***x");
  CHECK(safe.redact(std::string_view("hunter2key")) == "***");
  CHECK(safe.redact("hunter1") == "hunter1");
  CHECK(safe.redact("").empty());
  CHECK_FALSE(safe.suspects("nothing to see"));
  CHECK(redactor({"p\xFFq\x80zzz"}).redact("a p\xFFq\x80zzz b") == "a *** b");
  CHECK(redactor({"a.c*e["}).redact("abccce[ a.c*e[") == "abccce[ ***");
}

TEST_CASE("of secrets that overlap nothing is left") {
  CHECK(redactor({"hunter", "hunter2"}).redact("hunter2 hunter") == "*** ***");
  CHECK(redactor({"key", "monkey wrench"}).redact("a monkey wrench") == "a ***");
  CHECK(redactor({"abcdefgh", "efghijkl"}).redact("(abcdefghijkl)") == "(***)");
  CHECK(redactor({"one"}).with(redactor({"two"})).redact("one two three") == "*** *** three");
  CHECK(redactor().with(redactor({"two"})).redact("one two") == "one ***");
  CHECK(redactor({"one"}).with(redactor()).redact("one two") == "*** two");
}

TEST_CASE("a secret broken over lines is masked") {
  const redactor safe({"correct horse7"});
  for (const char* text :
       {"corr\nect horse7", "corr\r\nect horse7", "corr\r\n \t ect\n\n horse7",
        "c\no\nr\nr\ne\nc\nt\n \nh\no\nr\ns\ne\n7", "correct\nhorse7", "correct\r\n    horse7",
        "corr\\nect horse7", "corr\\\\r\\\\nect horse7", "corr%0D%0Aect horse7"}) {
    INFO(text);
    CHECK(safe.redact("<" + std::string(text) + ">") == "<***>");
  }
  CHECK(safe.redact("corr ect horse7") == "corr ect horse7");
}

TEST_CASE("characters that nobody is shown do not hide a secret") {
  const redactor safe({"hunter2"});
  CHECK(safe.redact("hun\x01ter2") == "***");
  CHECK(safe.redact("hun\x1Fter\x02"
                    "2") == "***");
  CHECK(safe.redact("hun\u202Eter\u2066"
                    "2") == "***");
  CHECK(safe.redact("hunt\u0085er2") == "***");
  CHECK(sanitised(safe.redact(reply().untrusted("hun\x01").untrusted("\x02ter2")).plain()) ==
        "***");
  // And the other way round.
  CHECK(redactor({"hun\x01ter2"}).redact("hunter2 hun\x01ter2") == "*** ***");
}

TEST_CASE("a secret in percent encoding is masked, in any mix") {
  const redactor safe({"p@ss w\u00f6rd/1+2"});
  for (const char* text :
       {"p%40ss%20w%C3%B6rd%2F1%2B2", "p%40ss+w%c3%b6rd/1+2", "p@ss w%C3%b6rd%2f1%2b2",
        "%70%40%73%73%20%77%C3%B6%72%64%2F%31%2B%32", "p%2540ss%2520w%25C3%25B6rd%252F1%252B2"}) {
    INFO(text);
    CHECK(safe.redact("https://x/?p=" + std::string(text) + "&q=1") == "https://x/?p=***&q=1");
  }
  CHECK(safe.redact("p%41ss+w%c3%b6rd/1+2") == "p%41ss+w%c3%b6rd/1+2");
  CHECK(redactor({"100%sure%"}).redact("100%25sure%25 100%sure%") == "*** ***");
}

TEST_CASE("a secret in base64 is masked wherever it stands in there") {
  for (const std::string& secret : std::vector<std::string>{"hunter", "hunter2", "hunter22",
                                                            "\xFB\xEF\xBE\xFF\xFE\xFB?\?\?>"}) {
    const redactor safe({secret});
    for (const std::string& before :
         std::vector<std::string>{"", "u", "us", "use", "user:", "\xFF", "\x01\x02"}) {
      for (const std::string& after : std::vector<std::string>{"", "!", "@h", "\xFF\xFF", "...."}) {
        for (const bool url : {false, true}) {
          for (const bool padded : {false, true}) {
            const std::string text = base64(before + secret + after, url, padded);
            INFO(before << '|' << secret << '|' << after << ": " << text);
            const std::string shown = safe.redact("Basic " + text + " x");
            CHECK(shown.starts_with("Basic "));
            CHECK(shown.ends_with(" x"));
            // Left are whole characters of what is no secret.
            const std::string expected = "Basic " + text.substr(0, 4 * (before.size() / 3));
            CHECK(shown.starts_with(expected));
            const std::size_t masked = shown.find("***");
            REQUIRE(masked != std::string::npos);
            CHECK(masked <= ("Basic " + text).size());
            const std::size_t first = 8 * before.size() / 6;
            CHECK(masked == 6 + first);
            const std::size_t last = (8 * (before.size() + secret.size()) + 5) / 6;
            const std::size_t stays = text.substr(last).find_first_not_of('=');
            CHECK(shown.substr(masked + 3) ==
                  (stays == std::string::npos ? std::string(" x") : text.substr(last) + " x"));
          }
        }
      }
    }
  }
}

TEST_CASE("base64 may be wrapped, escaped or cut") {
  const std::string secret = "\xFB\xEF\xBE hunter2 and more of it?\?\?";
  const redactor safe({secret});
  const std::string text = base64("user:" + secret);
  CHECK(safe.redact(wrapped(text, 8, "\n")).find(text.substr(16, 6)) == std::string::npos);
  CHECK(safe.redact(wrapped(text, 1, "\r\n  ")).size() < 60);
  CHECK(safe.redact(percent(text)).find('%') < 40);
  std::string in_url;
  for (const char c : base64(secret)) {
    in_url += c == '+' ? "%2B" : c == '/' ? "%2F" : c == '=' ? "%3D" : std::string(1, c);
  }
  CHECK(safe.redact("x?y=" + in_url + "&z") == "x?y=***&z");
  // Without the characters at the ends that it shares with its neighbours.
  CHECK(safe.redact(text.substr(7)).starts_with("***"));
}

TEST_CASE("a secret in hexadecimal is masked") {
  const redactor safe({"hunter2"});
  CHECK(safe.redact("0x68756e74657232, 68756E74657232; 68756E74\n657232") == "0x***, ***; ***");
  CHECK(redactor({"\xFF\xFE\x01\x02zzzz\n"}).redact("fffe01027a7A7a7a") == "***");
}

TEST_CASE("a secret with JSON escapes is masked") {
  const redactor safe({"q\"b\\s/n\nt\tu\u00fce\U0001F600<"});
  CHECK(safe.redact(R"({"p":"q\"b\\s\/n\nt\tu\u00fce\ud83d\uDE00\u003c"})") == R"({"p":"***"})");
  CHECK(safe.redact("[\"q\\\"b\\\\s/n\\nt\\tu\u00fce\U0001F600<\"]") == "[\"***\"]");
  CHECK(safe.redact(R"("{\"p\":\"q\\\"b\\\\s\\/n\\nt\\tu\\u00fce\\ud83d\\uDE00\\u003c\"}")") ==
        R"("{\"p\":\"***\"}")");
  CHECK(redactor({"back\\slash\\"}).redact(R"(a back\\slash\\ b back\slash\)") == "a *** b ***");
  CHECK(redactor({"gr\u00fc\u00dfe"}).redact(R"(gr\xc3\xbc\xC3\x9fe)") == "***");
}

TEST_CASE("a secret with XML escapes is masked") {
  const redactor safe({"a<b>&\"c'd\u00e9"});
  CHECK(safe.redact("<p>a&lt;b&gt;&amp;&quot;c&apos;d\u00e9</p>") == "<p>***</p>");
  CHECK(safe.redact("<p>a&#60;b&#x3E;&#038;&#34;c&#39;d&#xe9;</p>") == "<p>***</p>");
  CHECK(safe.redact("<p>a&lt;b>&amp;amp;\"c&#x27;d&#233;</p>") == "<p>***</p>");
  CHECK(redactor({"fish&chips&"}).redact("fish&amp;chips&amp;!") == "***!");
}

TEST_CASE("short secrets are masked as they are and in no other form") {
  const redactor safe({"abcde"});
  CHECK(safe.redact("abcde") == "***");
  for (const std::string& text : std::vector<std::string>{std::string("abc\nde"), base64("abcde"),
                                                          hex("abcde"), percent("abcde")}) {
    CHECK(safe.redact(text) == text);
  }
  const redactor blanks({"       "});
  CHECK(blanks.redact("a       b a\n\n\n\n\n\n\n\nb") == "a***b a\n\n\n\n\n\n\n\nb");
}

TEST_CASE("secrets of several lines are masked whole, wrapped anew and line by line") {
  const redactor safe({std::string(armoured_key)});
  const std::string body(armoured_key.substr(28, armoured_key.size() - 28 - 27));
  std::string bare;
  for (const char c : body) {
    if (c != '\n') bare += c;
  }
  CHECK(safe.redact("key:\n" + std::string(armoured_key) + "end") == "key:\n***\nend");
  const auto leaks = [&](const std::string& text) {
    const std::string shown = safe.redact(text);
    INFO(shown);
    for (std::size_t at = 0; at + 8 <= bare.size(); ++at) {
      if (shown.find(bare.substr(at, 8)) != std::string::npos) return true;
    }
    return shown.find("***") == std::string::npos;
  };
  CHECK_FALSE(leaks(bare));
  CHECK_FALSE(leaks(wrapped(bare, 40, "\n")));
  CHECK_FALSE(leaks(wrapped(bare, 76, "\r\n    ")));
  CHECK_FALSE(leaks(wrapped(armoured_key, 1, "\n")));
  CHECK_FALSE(leaks("line 3: " + bare.substr(128, 64) + "."));
  std::string in_json;
  for (const char c : armoured_key) in_json += c == '\n' ? std::string("\\n") : std::string(1, c);
  CHECK_FALSE(leaks("{\"key\":\"" + in_json + "\"}"));
  // What stands in the armour is public.
  CHECK(safe.redact("-----BEGIN PRIVATE KEY-----") == "-----BEGIN PRIVATE KEY-----");

  const std::string encoded = base64("data: " + std::string(armoured_key));
  const std::string shown = safe.redact(encoded);
  CHECK(shown.size() < 16);
  CHECK(safe.redact(wrapped(encoded, 76, "\n")).size() < 24);
  CHECK(safe.redact(percent(armoured_key)).size() < 16);
  CHECK(safe.redact(hex(armoured_key)).size() < 16);

  const redactor few({"ab\ncdef\ngh"});
  CHECK(few.redact("ab\r\ncdef\r\ngh ab\ncdef\ngh ab\\ncdef\\ngh abcdefgh") == "*** *** *** ***");
}

TEST_CASE("a secret is found across the fragments of a reply") {
  const redactor safe({"hunter2"});
  const reply shown =
      safe.redact(reply("is hu").untrusted("nt").code("er").emphasis("2, yes").only_to_caller());
  CHECK(shown.plain() == "is ***, yes");
  CHECK(shown.ephemeral());
  REQUIRE(shown.fragments().size() == 2);
  CHECK(shown.fragments()[0] == fragment(fragment_kind::text, "is ***"));
  CHECK(shown.fragments()[1] == fragment(fragment_kind::emphasis, ", yes"));

  CHECK(safe.redact(reply("hun").link("", "ter2/x")).plain() == "***/x");
  const reply link = safe.redact(reply("hun").link("ter2", "https://hunter2@h/").text("!"));
  CHECK(link.plain() == "***https://***@h/!");
  CHECK(safe.redact(reply().code_block("x\nhunter2\ny", "sh")).fragments().front() ==
        fragment(fragment_kind::code_block, "x\n***\ny", "sh"));
  CHECK(safe.redact(reply().code_block("x", "hunter2")).fragments().front().extra == "***");
  CHECK(safe.redact(reply("hunter2").text("hunter2")).plain() == "***");
}

TEST_CASE("every text of a card is masked") {
  const redactor safe({"hunter2"});
  const reply shown = safe.redact(reply("hunter2").with(card("t hunter2")
                                                            .field("hunter2 n", "v hunter2")
                                                            .field("a", "b")
                                                            .text("b hunter2 b")
                                                            .image("https://hunter2/")
                                                            .action("l hunter2", "c hunter2")
                                                            .action("l", "hunt%65r2")));
  REQUIRE(shown.framed() != nullptr);
  CHECK(*shown.framed() == card("t ***")
                               .field("*** n", "v ***")
                               .field("a", "b")
                               .text("b *** b")
                               .image("https://***/")
                               .action("l ***", "c ***")
                               .action("l", "***"));
  CHECK(shown.plain().starts_with("***\nt ***\n"));
  const reply split = safe.redact(reply(card("hun").field("ter2", "x")));
  CHECK(split.plain() == "***\n: x");
}

TEST_CASE("a reply without secrets passes uncopied") {
  const redactor safe({"hunter2"});
  reply made = reply(std::string(100, 'x')).code("y").with(card("t").field("n", "v"));
  const char* const text = made.fragments().front().value.data();
  const card* const framed = made.framed();
  const reply shown = safe.redact(std::move(made));
  CHECK(shown.fragments().front().value.data() == text);
  CHECK(shown.framed() == framed);
}

TEST_CASE("hostile and long texts take linear time") {
  std::vector<std::string> secrets{"aaaaaaaaaaaaaaaaaaaaaaaa", "a%61\\\"&amp;<a b\n c", "hunter2",
                                   std::string(armoured_key)};
  const redactor safe(secrets);
  constexpr std::size_t size = 1U << 20U;
  std::vector<std::string> units{"a",
                                 "a\n  ",
                                 "%61a&#97;",
                                 "\\",
                                 "%25",
                                 "%2561",
                                 "&amp;",
                                 "YWFhYWFh",
                                 "YWFhY",
                                 "hunter",
                                 "6161616",
                                 "\n",
                                 "a\r\n\t\\n%0a",
                                 "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cK"};
  std::string noise;
  std::uint32_t seed = 1;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525U + 1013904223U;
    noise += "aA6%1YWFh\\n\n &;"[(seed >> 16U) % 15];
  }
  units.push_back(noise);
  for (const std::string& unit : units) {
    std::string text;
    while (text.size() < size) text += unit;
    const auto begin = std::chrono::steady_clock::now();
    const std::string shown = safe.redact(text);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    UNSCOPED_INFO(unit.substr(0, 70) << ": " << took.count() << " s");
    CHECK(took.count() < 10);
    CHECK(safe.redact(reply(text)).plain().size() == shown.size());
  }
}

TEST_CASE("secrets of any size") {
  std::string large;
  std::uint32_t seed = 7;
  while (large.size() < 300'000) {
    seed = seed * 1664525U + 1013904223U;
    large += static_cast<char>('!' + (seed >> 16U) % 90);
  }
  const redactor safe({large, "hunter2"});
  CHECK(safe.redact("<" + large + "> hunter2") == "<***> ***");
  const std::string middle = large.substr(0, 3'000);
  CHECK(redactor({middle}).redact("<" + percent(middle) + ">") == "<***>");
  CHECK(redactor({middle}).redact("<" + base64(middle) + ">") == "<***>");
  CHECK(redactor({middle}).redact("<" + wrapped(middle, 70, "\n") + ">").size() < 200);
}

TEST_CASE("one redactor serves many threads") {
  const redactor safe({"hunter2", std::string(armoured_key)});
  std::vector<std::thread> threads;
  std::array<std::string, 4> shown;
  for (std::string& each : shown) {
    threads.emplace_back([&each, copy = safe] {
      for (int i = 0; i < 100; ++i) each = copy.redact("hunter" + std::to_string(i % 3));
    });
  }
  for (std::thread& each : threads) each.join();
  for (const std::string& each : shown) CHECK(each == "hunter0");
}
