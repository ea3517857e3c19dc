// SPDX-License-Identifier: Apache-2.0
// Logging in by talking to services.
#include "catch.hpp"
#include "session_script.hpp"

using mynah::errc;
using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;
using namespace std::chrono_literals;

namespace {

session_options with_services(bool required = true) {
  session_options options;
  options.ping_idle = 0ms;
  options.channels = {channel_entry("#a")};
  options.services.password = "pencil";
  options.services.required = required;
  return options;
}

const texts vouched = {":irc.test 311 mynah NickServ services services.test * :Nickname Services",
                       ":irc.test 312 mynah NickServ services.test :Services",
                       ":irc.test 313 mynah NickServ :is a Network Service",
                       ":irc.test 318 mynah NickServ :End of /WHOIS list."};
const std::string from_services = ":NickServ!services@services.test NOTICE mynah :";

/// Online, what was sent at that is not taken yet.
class talk : public session_script {
 public:
  explicit talk(const session_options& options, const std::string& nick = "mynah")
      : session_script(options) {
    server({":irc.test 001 " + nick + " :Welcome"});
    (void)sent();
    server({":irc.test 376 " + nick + " :End"});
  }
};

}  // namespace

TEST_CASE("services get the password, and then come the channels", "[irc][session][nickserv]") {
  talk script(with_services());
  CHECK(script.sent() == texts{"WHOIS NickServ"});
  script.server(vouched);
  CHECK(script.sent() == texts{"PRIVMSG NickServ :IDENTIFY pencil"});
  SECTION("after their notice") {
    script.server({from_services + "This nickname is registered."});
    CHECK(script.sent() == texts{});
    script.server({from_services + "You are now identified for \x02mynah\x02."});
  }
  SECTION("after 900") {
    script.server({":irc.test 900 mynah mynah!u@h bot :You are now logged in as bot"});
  }
  SECTION("after a change of our account") {
    script.server({":mynah!u@h ACCOUNT *", ":other!u@h ACCOUNT bot"});
    CHECK(script.sent() == texts{});
    script.server({":mynah!u@h ACCOUNT bot"});
  }
  CHECK(script.sent() == texts{"JOIN #a"});
  CHECK(script.talking.next_tick() == script.now + 30min);
  script.server({from_services + "Invalid password."});
  CHECK_FALSE(script.talking.failed());
}

TEST_CASE("an account may have another name than the nick", "[irc][session][nickserv]") {
  session_options options = with_services();
  options.services.account = "bot";
  options.services.service = "X@services.test";
  talk script(options);
  // Only that server gets it, so nobody has to vouch.
  CHECK(script.sent() == texts{"PRIVMSG X@services.test :IDENTIFY bot pencil"});
  // Whoever has the nick where there are no services is at another host.
  script.server({":X!x@evil.test NOTICE mynah :Password incorrect.",
                 ":X!x@evil.test NOTICE mynah :Password accepted - you are now recognized.",
                 ":X NOTICE mynah :Password accepted - you are now recognized."});
  CHECK(script.sent() == texts{});
  CHECK_FALSE(script.talking.failed());
  script.server({":X!x@services.test NOTICE mynah :Password accepted - you are now recognized."});
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("whoever is just called NickServ gets no password", "[irc][session][nickserv]") {
  const bool required = GENERATE(true, false);
  talk script(with_services(required));
  script.server({":irc.test 311 mynah NickServ eve evil.test * :Eve",
                 ":irc.test 313 mynah other :is an IRC operator",
                 ":irc.test 318 mynah NickServ :End of /WHOIS list."});
  for (const std::string& line : script.sent()) CHECK(line.find("pencil") == std::string::npos);
  REQUIRE(script.talking.failed().has_value() == required);
  if (!required) return;
  CHECK(script.talking.failed()->code() == errc::throttled);
  CHECK(script.talking.failed()->message().find("NickServ@services.host") != std::string::npos);
}

TEST_CASE("services that are away", "[irc][session][nickserv]") {
  const bool required = GENERATE(true, false);
  talk script(with_services(required));
  CHECK(script.sent() == (required ? texts{"WHOIS NickServ"} : texts{"WHOIS NickServ", "JOIN #a"}));
  SECTION("the server says so") {
    script.server({":irc.test 401 mynah other :No such nick"});
    CHECK_FALSE(script.talking.failed());
    script.server({":irc.test 401 mynah NickServ :No such nick",
                   ":irc.test 318 mynah NickServ :End of /WHOIS list."});
    CHECK(script.talking.failed().has_value() == required);
    if (required) CHECK(script.talking.failed()->code() == errc::throttled);
  }
  SECTION("they do not answer") {
    script.server(vouched);
    script.advance(20s);
    CHECK(script.talking.failed().has_value() == required);
    if (required) CHECK(script.talking.failed()->code() == errc::timed_out);
  }
}

TEST_CASE("a refused password", "[irc][session][nickserv]") {
  const std::string text = GENERATE("Invalid password for \x02mynah\x02.", "Password incorrect.",
                                    "Your nick isn't registered.", "mynah is not registered.");
  CAPTURE(text);
  const bool required = GENERATE(true, false);
  talk script(with_services(required));
  script.server(vouched);
  (void)script.sent();
  // Anybody else may say what he likes.
  script.server({":NickServ!eve@evil.test NOTICE mynah :" + text,
                 ":eve!services@services.test NOTICE mynah :" + text,
                 ":eve!services@services.test NOTICE mynah :You are now identified"});
  CHECK(script.sent() == texts{});
  CHECK_FALSE(script.talking.failed());
  script.server({from_services + text});
  REQUIRE(script.talking.failed().has_value() == required);
  if (required) CHECK(script.talking.failed()->code() == errc::authentication_failed);
}

TEST_CASE("without need for the account nothing waits", "[irc][session][nickserv]") {
  talk script(with_services(false));
  CHECK(script.sent() == texts{"WHOIS NickServ", "JOIN #a"});
  script.server({":irc.test 477 mynah #a :registered nicks only"});
  script.server(vouched);
  CHECK(script.sent() == texts{"PRIVMSG NickServ :IDENTIFY pencil"});
  script.server({from_services + "You are now identified"});
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("who is logged in by SASL says nothing to services", "[irc][session][nickserv]") {
  session_options options = with_services();
  options.sasl.user = "bot";
  options.sasl.password = "pencil";
  options.sasl.mechanisms = {"PLAIN"};
  session_script script(options);
  script.server({"CAP * LS :sasl", "CAP * ACK :sasl", "AUTHENTICATE +",
                 ":irc.test 903 mynah :SASL authentication successful"});
  script.server({":irc.test 001 mynah :Welcome"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  CHECK(script.sent() == texts{"JOIN #a"});
}

TEST_CASE("who is logged in by its certificate says nothing to services",
          "[irc][session][nickserv]") {
  const bool logged_out = GENERATE(true, false);
  session_script script(with_services());
  script.server({":irc.test 900 * mynah!u@h bot :You are now logged in as bot"});
  if (logged_out) script.server({":irc.test 901 * mynah!u@h :You are now logged out"});
  script.server({":irc.test 001 mynah :Welcome"});
  (void)script.sent();
  script.server({":irc.test 376 mynah :End"});
  CHECK(script.sent() == (logged_out ? texts{"WHOIS NickServ"} : texts{"JOIN #a"}));
}

TEST_CASE("services free our nick", "[irc][session][nickserv]") {
  session_options options = with_services();
  options.services.regain = "GHOST";
  talk script(options, "mynah_");
  script.server(vouched);
  CHECK(script.sent() == texts{"WHOIS NickServ", "PRIVMSG NickServ :IDENTIFY mynah pencil"});
  script.server({":NickServ!services@services.test NOTICE mynah_ :You are now identified"});
  CHECK(script.sent() == texts{"PRIVMSG NickServ :GHOST mynah pencil", "JOIN #a"});
  script.server({":NickServ!services@services.test NOTICE mynah_ :mynah has been ghosted."});
  CHECK(script.sent() == texts{"NICK mynah"});
  script.server(
      {":mynah_!u@h NICK :mynah", ":NickServ!services@services.test NOTICE mynah :Welcome back."});
  script.advance(10min);
  CHECK(script.sent() == texts{});
  CHECK(script.talking.nick() == "mynah");
}

TEST_CASE("the password is for the nick that we want", "[irc][session][nickserv]") {
  talk script(with_services(), "mynah_");
  script.server(vouched);
  CHECK(script.sent() == texts{"WHOIS NickServ", "PRIVMSG NickServ :IDENTIFY mynah pencil"});
  script.server({":NickServ!services@services.test NOTICE mynah_ :You are now identified"});
  CHECK(script.sent() == texts{"JOIN #a"});
  // Logged in, it says so once.
  script.server({":mynah_!u@h NICK :mynah"});
  CHECK(script.sent() == texts{});
}

TEST_CASE("services may know the login only under the nick", "[irc][session][nickserv]") {
  const bool required = GENERATE(true, false);
  const bool frees = GENERATE(true, false);
  CAPTURE(required, frees);
  session_options options = with_services(required);
  if (frees) options.services.regain = "GHOST";
  talk script(options, "mynah_");
  script.server(vouched);
  (void)script.sent();
  script.server({":NickServ!services@services.test NOTICE mynah_ :Your nick isn't registered."});
  CHECK_FALSE(script.talking.failed());
  CHECK(script.sent() == (frees ? texts{"PRIVMSG NickServ :GHOST mynah pencil"} : texts{}));
  SECTION("which we get") {
    if (frees) {
      script.server({":NickServ!services@services.test NOTICE mynah_ :mynah has been ghosted."});
      CHECK(script.sent() == texts{"NICK mynah"});
    }
    script.server({":mynah_!u@h NICK :mynah"});
    CHECK(script.sent() == texts{"WHOIS NickServ"});
    script.server(vouched);
    CHECK(script.sent() == texts{"PRIVMSG NickServ :IDENTIFY pencil"});
    script.server({from_services + "You are now identified."});
    CHECK(script.sent() == (required ? texts{"JOIN #a"} : texts{}));
    CHECK(script.talking.next_tick() == script.now + 30min);
  }
  SECTION("which we do not get") {
    script.advance(20s);
    REQUIRE(script.talking.failed().has_value() == required);
    if (required) {
      CHECK(script.talking.failed()->code() == errc::throttled);
      return;
    }
    // Perhaps later.
    (void)script.sent();
    script.server({":mynah_!u@h NICK :mynah"});
    CHECK(script.sent() == texts{"WHOIS NickServ"});
    script.server(vouched);
    script.server({from_services + "Password incorrect."});
    CHECK(script.sent() == texts{"PRIVMSG NickServ :IDENTIFY pencil"});
    // Once is enough.
    script.server({":mynah!u@h NICK :other", ":other!u@h NICK :mynah"});
    CHECK(script.sent() == texts{});
  }
}

TEST_CASE("an answer for the other nick may be late", "[irc][session][nickserv]") {
  talk script(with_services(), "mynah_");
  script.server(vouched);
  script.server({":mynah_!u@h NICK :mynah"});
  (void)script.sent();
  script.server({":NickServ!services@services.test NOTICE mynah :Nick mynah_ isn't registered."});
  CHECK_FALSE(script.talking.failed());
  CHECK(script.sent() == texts{"WHOIS NickServ"});
}

TEST_CASE("an account of another name is refused for good", "[irc][session][nickserv]") {
  session_options options = with_services();
  options.services.account = "bot";
  talk script(options, "mynah_");
  script.server(vouched);
  CHECK(script.sent() == texts{"WHOIS NickServ", "PRIVMSG NickServ :IDENTIFY bot pencil"});
  script.server({":NickServ!services@services.test NOTICE mynah_ :bot is not registered."});
  REQUIRE(script.talking.failed());
  CHECK(script.talking.failed()->code() == errc::authentication_failed);
}

TEST_CASE("services are told nothing about a nick that we have", "[irc][session][nickserv]") {
  session_options options = with_services();
  options.services.regain = "REGAIN";
  options.services.password.clear();
  options.services.required = false;
  talk script(options);
  CHECK(script.sent() == texts{"JOIN #a"});
  // Without a password there is nothing to hide.
  talk other(options, "mynah_");
  CHECK(other.sent() == texts{"PRIVMSG NickServ :REGAIN mynah", "JOIN #a"});
}

TEST_CASE("what we say to services is no event", "[irc][session][nickserv]") {
  talk script(with_services(false));
  script.server({":mynah!u@h PRIVMSG NickServ :IDENTIFY pencil",
                 ":mynah!u@h PRIVMSG nickserv@services.test :IDENTIFY pencil",
                 ":mynah!u@h PRIVMSG ann :hello"});
  const auto events = script.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].text == "hello");
}
