// SPDX-License-Identifier: Apache-2.0
// Which end of a connection means what.
#include "thrown_out.hpp"

#include "catch.hpp"
#include "session_script.hpp"

using mynah::errc;
using namespace mynah::irc;
using mynah_test::session_script;

namespace {

struct row {
  const char* line;
  errc code;
};

}  // namespace

TEST_CASE("being refused", "[irc][session][thrown-out]") {
  const std::vector<row> rows = {
      {":irc.test 465 * :You are banned from this server- spam", errc::banned},
      {":irc.test 465 * :K-Lined: spam", errc::banned},
      {":irc.test 465", errc::banned},
      {":irc.test 463 * :Your host isn't among the privileged", errc::banned},
      {":irc.test 465 * :You are banned from this server- Temporary K-line 5 min. - spam",
       errc::throttled},
      {":irc.test 465 * :Your host is trying to (re)connect too fast -- throttled",
       errc::throttled},
      {":irc.test 465 * :Too many connections from your host", errc::throttled},
      {":irc.test 466 * :You will be banned from this server", errc::throttled},
      {"ERROR :Trying to reconnect too fast.", errc::throttled},
      {"ERROR :Closing Link: [x] (Too many connections from your host)", errc::throttled},
      {"ERROR :Closing Link: x (G-Lined)", errc::throttled},
      {"ERROR :Closing link: Z:lined", errc::closed},
      {"ERROR :Server shutting down", errc::closed},
      {"ERROR", errc::closed},
  };
  for (const row& each : rows) {
    CAPTURE(each.line);
    session_script script;
    script.server({each.line});
    REQUIRE(script.talking.failed());
    CHECK(script.talking.failed()->code() == each.code);
  }
}

TEST_CASE("being thrown out", "[irc][session][thrown-out]") {
  const std::vector<row> rows = {
      {":op!o@h KILL mynah :spam", errc::throttled},
      {":irc.test KILL Mynah :irc.test (Nickname collision)", errc::throttled},
      {"ERROR :Closing Link: mynah[h] (Killed (op (spam)))", errc::throttled},
      {"ERROR :Closing link: (u@h) [K-Lined: spam]", errc::throttled},
      {"ERROR :Closing Link: h (AKILL ID:1 spam)", errc::throttled},
      {":irc.test 465 mynah :You are banned from this server- spam", errc::banned},
      {"ERROR :Closing Link: h (Server restarting)", errc::closed},
      {"ERROR :Server going down", errc::closed},
      {"ERROR :Closing link: (u@h) [Ping timeout: 240 seconds]", errc::closed},
      {"ERROR :Closing Link: h (Excess Flood)", errc::closed},
      {"ERROR", errc::closed},
  };
  for (const row& each : rows) {
    CAPTURE(each.line);
    session_script script;
    script.log_in();
    script.server({each.line});
    REQUIRE(script.talking.failed());
    CHECK(script.talking.failed()->code() == each.code);
  }
}

TEST_CASE("a failure tells who and why", "[irc][session][thrown-out]") {
  session_script script;
  script.log_in();
  script.server({":op!o@h KILL other :not me", ":op!o@h KILL", "KILL"});
  CHECK_FALSE(script.talking.failed());
  script.server({":op!o@h KILL mynah :spam", "ERROR :Closing Link: mynah[h] (Killed (op (spam)))"});
  CHECK(script.talking.failed()->remote() == "op: spam");
  CHECK_THAT(script.talking.failed()->message(), ContainsSubstring("KILL"));
  CHECK_THAT(refused_by_numeric(465, "spam").message(), ContainsSubstring("lift the ban"));
}

TEST_CASE("an end that we asked for is one", "[irc][session][thrown-out]") {
  session_script script;
  script.log_in();
  script.talking.quit("bye");
  script.server({"ERROR :Closing Link: mynah[h] (Quit: killed time)"});
  CHECK(script.talking.failed()->code() == errc::closed);
}
