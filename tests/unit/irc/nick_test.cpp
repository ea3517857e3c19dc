// SPDX-License-Identifier: Apache-2.0
// Which nick we have, and how we come by the wanted one.
#include "catch.hpp"
#include "session_script.hpp"

using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono_literals;

namespace {

session_options patient() {
  session_options options;
  options.ping_idle = 0ms;
  return options;
}

/// Online with another nick than the wanted one.
class renamed : public session_script {
 public:
  explicit renamed(const std::string& support = "NICKLEN=30") : session_script(patient()) {
    server({":irc.test 433 * mynah :Nickname is already in use",
            ":irc.test 005 mynah_ " + support + " :are supported"});
    server({":irc.test 001 mynah_ :Welcome"});
    (void)sent();
    server({":irc.test 376 mynah_ :End"});
  }
};

}  // namespace

TEST_CASE("alternatives come before what is made up", "[irc][session][nick]") {
  session_options options = patient();
  options.alternative_nicks = {"parrot", "MYNAH", "crow"};
  session_script script(options);
  (void)script.sent();
  const texts expected = {"^NICK parrot", "^NICK MYNAH", "^NICK crow", "^NICK mynah_"};
  for (const std::string& line : expected) {
    script.server({":irc.test 433 * x :Nickname is already in use"});
    CHECK(script.sent() == texts{line});
  }
  // Not the one that was just refused, in another spelling.
  options.alternative_nicks = {"MYNAH", "crow"};
  session_script other(options);
  (void)other.sent();
  other.server({":irc.test 433 * mynah :Nickname is already in use"});
  CHECK(other.sent() == texts{"^NICK crow"});
}

TEST_CASE("the wanted nick is watched for with MONITOR", "[irc][session][nick]") {
  renamed script("MONITOR=100");
  CHECK(script.sent() == texts{"MONITOR + mynah"});
  script.server({":irc.test 730 mynah_ :Mynah!u@h"});
  script.advance(1h);
  CHECK(script.sent() == texts{});
  script.server({":irc.test 731 mynah_ :other,Mynah"});
  CHECK(script.sent() == texts{"NICK mynah"});
  SECTION("and taken") {
    script.server({":mynah_!u@h NICK :mynah"});
    CHECK(script.talking.nick() == "mynah");
    CHECK(script.sent() == texts{"MONITOR - mynah"});
    script.advance(1h);
    CHECK(script.sent() == texts{});
  }
  SECTION("and tried again if somebody was faster, less often each time") {
    script.server({":irc.test 433 mynah_ mynah :Nickname is already in use"});
    script.advance(2min - 1s);
    CHECK(script.sent() == texts{});
    script.advance(1s);
    CHECK(script.sent() == texts{"NICK mynah"});
    script.server({":irc.test 437 mynah_ mynah :Nick/channel is temporarily unavailable"});
    script.advance(4min);
    CHECK(script.sent() == texts{"NICK mynah"});
    for (int i = 0; i < 5; ++i) {
      script.server({":irc.test 433 mynah_ mynah :Nickname is already in use"});
      script.advance(10min);
      CHECK(script.sent() == texts{"NICK mynah"});
    }
  }
  SECTION("but not if the server does not allow it") {
    script.server({":irc.test 432 mynah_ mynah :Erroneous nickname"});
    script.advance(24h);
    CHECK(script.sent() == texts{});
  }
}

TEST_CASE("the wanted nick is watched for with ISON", "[irc][session][nick]") {
  renamed script;
  script.advance(59s);
  CHECK(script.sent() == texts{});
  script.advance(1s);
  CHECK(script.sent() == texts{"ISON mynah"});
  script.server({":irc.test 303 mynah_ :Mynah"});
  script.advance(1min);
  CHECK(script.sent() == texts{"ISON mynah"});
  script.server({":irc.test 303 mynah_ :mynah_ other"});
  CHECK(script.sent() == texts{"NICK mynah"});
  script.server({":mynah_!u@h NICK :mynah", ":irc.test 303 mynah :"});
  script.advance(1h);
  CHECK(script.sent() == texts{});
}

TEST_CASE("a full list of MONITOR leaves ISON", "[irc][session][nick]") {
  renamed script("MONITOR=1");
  script.server({":irc.test 734 mynah_ 1 mynah :Monitor list is full"});
  (void)script.sent();
  script.advance(1min);
  CHECK(script.sent() == texts{"ISON mynah"});
}

TEST_CASE("the wanted nick is taken as soon as its holder is gone", "[irc][session][nick]") {
  renamed script;
  SECTION("by quitting") {
    script.server({":mynah!x@y QUIT :bye"});
    CHECK(script.sent() == texts{"NICK mynah"});
  }
  SECTION("by changing") {
    script.server({":Mynah!x@y NICK :starling"});
    CHECK(script.sent() == texts{"NICK mynah"});
  }
  SECTION("but not lost in a split: then it comes back") {
    script.server({":mynah!x@y QUIT :one.test two.test"});
    CHECK(script.sent() == texts{});
  }
  SECTION("and of others nothing is wanted") {
    script.server({":other!x@y QUIT :bye", ":other!x@y NICK :another", ":x!y@z NICK", "QUIT"});
    CHECK(script.sent() == texts{});
  }
}

TEST_CASE("a nick that was cut is the wanted one", "[irc][session][nick]") {
  session_options options = patient();
  options.nick = "mynah-with-a-long-name";
  session_script script(options);
  script.server({":irc.test 005 x NICKLEN=9 :are supported"});
  script.log_in("mynah-wit");
  script.advance(24h);
  CHECK(script.sent() == texts{});
}

TEST_CASE("a nick that others gave us is kept for a while", "[irc][session][nick]") {
  const bool monitor = GENERATE(true, false);
  session_script script(patient());
  if (monitor) script.server({":irc.test 005 mynah MONITOR=100 :are supported"});
  script.log_in();
  std::string have = "mynah";
  for (int i = 1; i <= 3; ++i) {
    const std::string forced = "Guest" + std::to_string(i);
    script.server({":" + have + "!u@h NICK :" + forced, ":irc.test 731 x :mynah"});
    CHECK(script.talking.nick() == forced);
    CHECK(script.sent() == (monitor ? texts{"MONITOR + mynah"} : texts{}));
    script.advance(5min - 1s);
    CHECK(script.sent() == texts{});
    script.advance(1s);
    if (!monitor) {
      CHECK(script.sent() == texts{"ISON mynah"});
      script.server({":irc.test 303 x :"});
    }
    CHECK(script.sent() == texts{"NICK mynah"});
    script.server({":" + forced + "!u@h NICK :mynah"});
    (void)script.sent();
    have = "mynah";
  }
  // Enough.
  script.server({":mynah!u@h NICK :Guest4"});
  CHECK(script.sent() == texts{});
  script.server({":irc.test 731 x :mynah"});
  script.advance(24h);
  CHECK(script.sent() == texts{});
  CHECK(script.talking.nick() == "Guest4");
}

TEST_CASE("a wanted nick that nobody can have is not waited for", "[irc][session][nick]") {
  session_script script(patient());
  script.server({":irc.test 432 * mynah :Erroneous nickname",
                 ":irc.test 005 mynah_ MONITOR=100 :are supported"});
  script.log_in("mynah_");
  script.advance(24h);
  CHECK(script.sent() == texts{});
  // Others may still rename us.
  script.server({":mynah_!u@h NICK :Guest1"});
  script.advance(24h);
  CHECK(script.sent() == texts{});
  CHECK(script.talking.nick() == "Guest1");
}
