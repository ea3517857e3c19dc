// SPDX-License-Identifier: Apache-2.0
#include "charset.hpp"

#include "catch.hpp"
#include "irc_lines.hpp"
#include "session_script.hpp"
#include "utf8.hpp"

using namespace mynah::irc;
using mynah_test::lines_of;
using mynah_test::session_script;

namespace {

charset named(const std::string& name) {
  const auto found = charset::named(name);
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("character sets are known by name", "[irc][charset]") {
  CHECK(named("utf-8").is_utf8());
  CHECK(named("UTF8").is_utf8());
  for (const char* good : {"iso-8859-15", "koi8-r", "cp1251", "gb18030", "iso-2022-jp", "ascii"}) {
    CAPTURE(good);
    CHECK_FALSE(named(good).is_utf8());
  }
  for (const char* bad :
       {"", "klingon", "utf-16", "utf-7", "ebcdic-us", "koi8-r//translit", "koi8-r\n", "ucs-4"}) {
    CAPTURE(bad);
    CHECK_FALSE(charset::named(bad));
  }
}

TEST_CASE("text goes both ways", "[irc][charset]") {
  const charset russian = named("koi8-r");
  const std::string word = "\xD0\xB4\xD0\xB0";  // da
  CHECK(russian.encode(word) == "\xC4\xC1");
  CHECK(russian.decode("\xC4\xC1") == word);
  // Who writes UTF-8 is understood, too.
  CHECK(russian.decode(word) == word);
  CHECK(russian.decode("plain") == "plain");
  CHECK(russian.encode("a\xE2\x82\xAC\xF0\x9F\x98\x80z") == "a??z");
  CHECK(russian.encode("\xFF!") == "?!");
  CHECK(charset().encode("\xFF!") == "\xEF\xBF\xBD!");
  CHECK(charset().decode("caf\xE9") == "caf\xC3\xA9");
  // What it has not, either, is Latin-1.
  CHECK(named("ascii").decode("caf\xE9") == "caf\xC3\xA9");
}

TEST_CASE("sets with escapes begin and end every text in ASCII", "[irc][charset]") {
  const charset japanese = named("iso-2022-jp");
  const std::string a = "\xE3\x81\x82";
  const std::string encoded = japanese.encode("x" + a);
  CHECK(encoded == "x\x1b$B$\"\x1b(B");
  CHECK(japanese.decode(encoded) == "x" + a);
  CHECK(japanese.encode("\xD0\xB4\xEA\xB0\x80").ends_with("?"));
  CHECK(japanese.encode("ok") == "ok");
}

TEST_CASE("a network with its own character set", "[irc][charset][session]") {
  session_options options;
  options.text = named("koi8-r");
  session_script script(options);
  script.log_in();
  script.server({":a!b@c PRIVMSG #c :\xC4\xC1"});
  CHECK(script.events().at(0).text == "\xD0\xB4\xD0\xB0");
  CHECK(lines_of(script.talking, "#c", "\xD0\xB4\xD0\xB0 \xE2\x82\xAC").value() ==
        mynah_test::texts{"PRIVMSG #c :\xC4\xC1 ?\r\n"});
  // A server that takes nothing else than UTF-8 gets that.
  script.server({":irc.test 005 mynah UTF8ONLY :are supported"});
  CHECK(lines_of(script.talking, "#c", "\xD0\xB4\xD0\xB0").value() ==
        mynah_test::texts{"PRIVMSG #c :\xD0\xB4\xD0\xB0\r\n"});
}

TEST_CASE("a set that needs more bytes than UTF-8 still fits", "[irc][charset][session]") {
  session_options options;
  options.text = named("iso-2022-jp");
  session_script script(options);
  script.log_in();
  std::string text;
  for (int i = 0; i < 300; ++i) text += "a\xE3\x81\x82";
  std::string joined;
  const auto said = lines_of(script.talking, "#c", text);
  REQUIRE(said.has_value());
  for (const std::string& line : *said) {
    CHECK(line.size() + script.talking.prefix_length() <= 512);
    const std::string start = "PRIVMSG #c :";
    joined += options.text.decode(line.substr(start.size(), line.size() - start.size() - 2));
  }
  CHECK(joined == text);
}
