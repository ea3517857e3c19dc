// SPDX-License-Identifier: Apache-2.0
#include "description.hpp"

#include <algorithm>

#include "catch.hpp"
#include "session_script.hpp"

using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono_literals;

TEST_CASE("a connection in one line", "[irc][description]") {
  description shown("irc.test:6697", "TLS 1.3");
  standing now;
  now.nick = "mynah";
  shown.update(now);
  CHECK(shown.text() == "irc.test:6697, TLS 1.3, nick mynah, 0 channels");
  now.account = "bot";
  now.channels = 1;
  now.lag = 45ms;
  shown.update(now);
  CHECK(shown.text() == "irc.test:6697, TLS 1.3, nick mynah, account bot, 1 channel, lag 45ms");
  // What a server says is no control code.
  now.nick = "a\x02\x1B[31mb";
  now.account = "\xFF";
  shown.update(now);
  CHECK_THAT(shown.text(), ContainsSubstring("nick a"));
  CHECK_THAT(shown.text(), !ContainsSubstring("\x1B"));
  CHECK_THAT(shown.text(), !ContainsSubstring("\x02"));
  CHECK(description("[::1]:6667", "").text() == "[::1]:6667, no TLS, nick , 0 channels");
}

TEST_CASE("how a session stands", "[irc][session]") {
  session_script script;
  script.log_in("mynah_");
  CHECK(script.talking.how_it_stands().nick == "mynah_");
  script.server({":irc.test 900 mynah_ mynah_!u@h bot :You are now logged in",
                 ":mynah_!u@h JOIN #a", ":mynah_!u@h JOIN #b", ":mynah_!u@h PART #a"});
  CHECK(script.talking.how_it_stands().account == "bot");
  CHECK(script.talking.how_it_stands().channels == 1);
  CHECK_FALSE(script.talking.how_it_stands().lag);
  script.advance(90s);
  const texts sent = script.sent();
  CHECK(std::count(sent.begin(), sent.end(), "^PING :mynah") == 1);
  script.advance(120ms);
  script.server({":irc.test PONG irc.test :mynah"});
  CHECK(script.talking.how_it_stands().lag == 120ms);
  // One that nobody asked for tells nothing.
  script.advance(5s);
  script.server({":irc.test PONG irc.test :mynah", ":irc.test 901 mynah_ mynah_!u@h :logged out"});
  CHECK(script.talking.how_it_stands().lag == 120ms);
  CHECK(script.talking.how_it_stands().account.empty());
}
