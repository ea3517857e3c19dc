// SPDX-License-Identifier: Apache-2.0
#include "multiline.hpp"

#include "catch.hpp"
#include "session_script.hpp"

using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;

namespace {

void negotiate(session_script& script, const std::string& capabilities) {
  script.server({":irc.test CAP * LS :" + capabilities});
  for (const std::string& line : script.sent()) {
    const auto asked = line.find("CAP REQ :");
    if (asked != std::string::npos)
      script.server({":irc.test CAP * ACK :" + line.substr(asked + 9)});
  }
  script.log_in();
}

std::string joined(const session::utterance& of) {
  std::string all;
  for (const std::string& line : of.lines) all += line.substr(0, line.size() - 2) + "|";
  return all;
}

}  // namespace

TEST_CASE("the limits of messages of several lines", "[irc][multiline]") {
  const multiline_limits limits("max-bytes=10,max-lines=3");
  CHECK(limits.bytes == 10);
  CHECK(limits.lines == 3);
  CHECK(limits.fitting({"a", "b", "c", "d"}, 0) == 3);
  CHECK(limits.fitting({"a", "b", "c", "d"}, 2) == 2);
  CHECK(limits.fitting({"aaaa", "bbbbb"}, 0) == 2);
  CHECK(limits.fitting({"aaaa", "bbbbbb"}, 0) == 1);
  CHECK(limits.fitting({"aaaaaaaaaaa"}, 0) == 0);
  CHECK(limits.fitting({}, 0) == 0);
  for (const char* odd : {"", "max-bytes", "max-bytes=x", "max-bytes=-1", ",,=,", "max-lines=5"}) {
    CHECK(multiline_limits(odd).fitting({"a", "b"}, 0) == 0);
  }
}

TEST_CASE("a reply of several lines is one message where that exists",
          "[irc][multiline][session]") {
  session_script script;
  negotiate(script,
            "batch labeled-response message-tags draft/multiline=max-bytes=100,max-lines=3");
  const auto said = script.talking.utter("#c", {"one", "two", "three", "four", "five"});
  REQUIRE(said.size() == 2);
  CHECK(joined(said[0]) ==
        "@label=m1 BATCH +b1 draft/multiline #c|@batch=b1 PRIVMSG #c :one|@batch=b1 PRIVMSG #c "
        ":two|@batch=b1 PRIVMSG #c :three|BATCH -b1|");
  CHECK(joined(said[1]) ==
        "@label=m2 BATCH +b2 draft/multiline #c|@batch=b2 PRIVMSG #c :four|@batch=b2 PRIVMSG #c "
        ":five|BATCH -b2|");
  CHECK(said[0].texts == texts{"one", "two", "three"});
  const auto single = script.talking.utter("#c", {"alone"});
  REQUIRE(single.size() == 1);
  CHECK(joined(single[0]) == "@label=m3 PRIVMSG #c :alone|");
}

TEST_CASE("a message of several lines is heard with the tags of its batch",
          "[irc][multiline][session]") {
  session_script script;
  negotiate(script,
            "account-tag batch labeled-response message-tags "
            "draft/multiline=max-bytes=100,max-lines=3");
  script.server({"@account=ann;msgid=x :a!b@c BATCH +1 draft/multiline #c",
                 "@batch=1 :a!b@c PRIVMSG #c :one",
                 "@batch=1 :a!b@c PRIVMSG #c :", "@batch=1 :a!b@c PRIVMSG #c :two ",
                 "@batch=1;draft/multiline-concat :a!b@c PRIVMSG #c :halves"});
  CHECK(script.events().empty());
  script.server({"BATCH -1", "BATCH -1"});
  const auto events = script.events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].text == "one");
  CHECK(events[0].id == "x");
  CHECK(events[0].principal.key() == "irc/ann");
  CHECK(events[1].text == "two halves");
  CHECK(events[1].id.empty());
  CHECK(events[1].principal.key() == "irc/ann");
  // Neither broken nor endless ones do harm.
  script.server({"@batch=2 :a!b@c PRIVMSG", "BATCH +3 draft/multiline", "@batch=3 :a!b@c PRIVMSG"});
  for (int i = 0; i < 2000; ++i) {
    script.server({"@batch=3 :a!b@c PRIVMSG #c :" + std::string(400, 'x')});
    script.server({"BATCH +m" + std::to_string(i) + " draft/multiline #c"});
  }
  (void)script.events();
  script.server({"BATCH -3"});
  CHECK(script.events().empty());  // said to nobody
}

TEST_CASE("what is said is labeled, numbered or neither, as the server has it",
          "[irc][multiline][session]") {
  session_script plain;
  plain.log_in();
  CHECK(plain.talking.utter("#c", {"a", "b"}).at(1).number == 0);
  session_script echo;
  negotiate(echo, "echo-message message-tags");
  const auto echoed = echo.talking.utter("#c", {"a", "b"});
  CHECK(joined(echoed.at(1)) == "PRIVMSG #c :b|");
  CHECK(echoed.at(1).number == 2);
  CHECK_FALSE(echoed.at(1).labeled);
  // What was split for a shorter prefix is split again.
  const auto again = echo.talking.utter("#c", {std::string(600, 'x')});
  CHECK(again.size() == 2);
  for (const auto& each : again) CHECK(each.lines[0].size() + echo.talking.prefix_length() <= 512);
}
