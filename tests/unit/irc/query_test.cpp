// SPDX-License-Identifier: Apache-2.0
// Questions to the server, and lines that mynah does not interpret.
#include "query.hpp"

#include <mynah/irc/raw_line.hpp>

#include "catch.hpp"
#include "session_script.hpp"

using mynah::event_type;
using namespace mynah::irc;
using mynah_test::session_script;
using mynah_test::texts;

namespace {

std::shared_ptr<query> asked(session_script& script, std::string line, std::string about) {
  auto made = std::make_shared<query>(std::move(line), texts{std::move(about)});
  script.talking.ask(made);
  return made;
}

}  // namespace

TEST_CASE("a query has what was said about it until the PONG behind it", "[irc][query]") {
  session_script script;
  script.log_in();
  const auto one = asked(script, "WHOIS Ann", "Ann");
  CHECK(script.sent() == texts{"WHOIS Ann", "PING :mynah-query-1"});
  script.server({":irc.test 311 mynah ann u h * :Ann", ":irc.test 311 mynah bob u h * :Bob",
                 ":irc.test 318 mynah Ann :End", ":irc.test PONG irc.test other", ":irc.test 311",
                 "PONG"});
  CHECK_FALSE(one->answered);
  CHECK_FALSE(script.talking.take_answered());
  script.server({":irc.test PONG irc.test :mynah-query-1"});
  CHECK(one->answered);
  CHECK(script.talking.take_answered());
  CHECK_FALSE(script.talking.take_answered());
  REQUIRE(one->answers.size() == 2);
  CHECK(one->answers[0].last() == "Ann");
  CHECK_FALSE(one->refused);
}

TEST_CASE("queries go one after the other, and the first error counts", "[irc][query]") {
  session_script script;
  script.log_in();
  const auto one = asked(script, "KICK #c bob", "#c");
  const auto two = asked(script, "MODE #c +o", "#c");
  CHECK(script.sent() == texts{"KICK #c bob", "PING :mynah-query-1"});
  script.server({":irc.test 482 mynah #C :You're not channel operator",
                 ":irc.test 441 mynah bob #c :They aren't on that channel",
                 ":irc.test PONG irc.test :mynah-query-1"});
  REQUIRE(one->refused);
  CHECK(one->refused->code() == mynah::errc::not_sent);
  CHECK(one->refused->remote() == "You're not channel operator");
  CHECK(script.sent() == texts{"MODE #c +o", "PING :mynah-query-2"});
  script.server({":irc.test 461 mynah MODE :Not enough parameters",
                 ":irc.test PONG irc.test :mynah-query-2"});
  REQUIRE(two->refused);
  CHECK(two->refused->remote() == "Not enough parameters");
}

TEST_CASE("the log has errors that nobody asked for", "[irc][query]") {
  texts logged;
  auto sink = [&logged](const mynah::log_record& record) {
    for (const auto& [key, value] : record.fields) {
      if (key == "text") logged.emplace_back(value);
    }
  };
  session_script script({}, false, mynah::logger(sink, mynah::log_level::warning, "irc"));
  script.log_in();
  const auto one = asked(script, "KICK #c bob", "#c");
  script.server({":irc.test 482 mynah #c :not an operator", ":irc.test 482 mynah #d :stray"});
  CHECK(one->refused);
  CHECK(logged == texts{"stray"});
}

TEST_CASE("a query that nobody waits for makes room for the next", "[irc][query]") {
  session_script script;
  script.log_in();
  const auto one = asked(script, "WHOIS a", "a");
  const auto two = asked(script, "WHOIS b", "b");
  const auto three = asked(script, "WHOIS c", "c");
  (void)script.sent();
  script.talking.forget(two);
  script.talking.forget(one);
  CHECK(script.sent() == texts{"WHOIS c", "PING :mynah-query-2"});
  script.server({":irc.test PONG irc.test :mynah-query-1"});
  CHECK_FALSE(three->answered);
  script.server({":irc.test PONG irc.test :mynah-query-2"});
  CHECK(three->answered);
  script.talking.forget(three);
  CHECK(script.sent().empty());
}

TEST_CASE("a server that answers without end fills no memory", "[irc][query]") {
  session_script script;
  script.log_in();
  const auto one = asked(script, "WHOIS a", "a");
  for (int i = 0; i < 1000; ++i) script.server({":irc.test 319 mynah a :#c"});
  CHECK(one->answers.size() == queries::most_answers);
}

TEST_CASE("numerics and what mynah does not interpret are events of their own", "[irc][raw]") {
  session_script script;
  script.log_in();
  script.server({":irc.test 671 mynah ann :is using a secure connection",
                 ":ann!u@h WALLOPS :beware \xff", ":irc.test PONG x", "PING x"});
  const auto events = script.all_events();
  REQUIRE(events.size() == 2);
  CHECK(events[0].type == event_type::raw);
  CHECK(events[0].origin == mynah::event_origin::bot);
  const auto first = raw_line::from(events[0]);
  REQUIRE(first);
  CHECK(first->numeric() == 671);
  CHECK(first->source == "irc.test");
  CHECK(first->params == texts{"mynah", "ann", "is using a secure connection"});
  const auto second = raw_line::from(events[1]);
  REQUIRE(second);
  CHECK(second->command == "WALLOPS");
  CHECK(second->numeric() == 0);
  CHECK(second->params == texts{"beware \xC3\xBF"});
  script.server({":ann!u@h PRIVMSG #c :hi"});
  CHECK_FALSE(raw_line::from(script.events().at(0)));
}
