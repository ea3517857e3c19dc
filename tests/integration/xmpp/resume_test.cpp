// SPDX-License-Identifier: Apache-2.0
// Connections that break, and servers that do.
#include <array>
#include <cstdlib>
#include <future>

#include <mynah/sqlite.hpp>

#include "catch.hpp"
#include "cutting_proxy.hpp"
#include "xmpp_bot.hpp"

using namespace mynah_test;

namespace {

constexpr const char* lost = "not connected; trying again";

// The longest pause between two tries.
constexpr std::chrono::seconds longest_pause{61};

running_bot::settings account_behind(const cutting_proxy& line, running_bot::settings settings) {
  settings["port"] = std::to_string(line.port());
  return settings;
}

std::size_t times_in(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// Until it is there again after having been lost so often.
void bring_back(xmpp_bot& bot, std::size_t times) {
  bot.wait_for_log(lost, times);
  bot.forward(longest_pause);
  bot.wait_until_online(times + 1);
}

}  // namespace

TEMPLATE_TEST_CASE("a session goes on after a cut", "[xmpp][resume]", prosody, ejabberd) {
  const TestType server;
  cutting_proxy line(server.port());
  noted_command note;
  xmpp_bot bot(account_behind(line, account_in(server, "ops@rooms.bots.test")), {note.make()});
  bot.wait_for_log(entered("ops"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  ada.say_in("ops@rooms.bots.test", "!note one");
  ada.wait_for_message("noted one");
  std::size_t times = 0;
  SECTION("at any time") {
    line.cut();
    ada.say_in("ops@rooms.bots.test", "!note two");
    ada.say("bot@bots.test/here", "!note three");
    bring_back(bot, ++times);
    ada.wait_for_message("noted three");
    CHECK(note.count("three") == 1);
  }
  SECTION("amid a stanza of ours") {
    line.cut_to_server_after(60);
    ada.say_in("ops@rooms.bots.test", "!note two");
    bring_back(bot, ++times);
    ada.wait_for_message("noted two");
  }
  SECTION("amid a stanza of theirs") {
    line.cut_to_client_after(60);
    ada.say_in("ops@rooms.bots.test", "!note two");
    bring_back(bot, ++times);
    ada.wait_for_message("noted two");
  }
  SECTION("that nobody notices at first") {
    line.hold(true);
    ada.say_in("ops@rooms.bots.test", "!note two");
    // What was on its way may still come, and is a sign of life.
    do {
      bot.forward(std::chrono::seconds(31));
    } while (!bot.logs_soon("the server does not answer any more"));
    line.hold(false);
    bring_back(bot, ++times);
    ada.wait_for_message("noted two");
  }
  bot.wait_for_log("the session goes on");
  ada.say_in("ops@rooms.bots.test", "!note four");
  ada.wait_for_message("noted four");
  CHECK(note.count("one") == 1);
  CHECK(note.count("two") == 1);
  CHECK(note.count("four") == 1);
  std::size_t answers = 0;
  for (const auto& each : ada.heard()) answers += each.value("body", "") == "noted two" ? 1U : 0U;
  CHECK(answers == 1);
  // It never left the room.
  for (const auto& each : ada.heard()) {
    if (each["event"] != "presence") continue;
    CHECK_FALSE((each["from"] == "ops@rooms.bots.test/mynah" && each["type"] == "unavailable"));
  }
}

TEMPLATE_TEST_CASE("a server that is killed and comes back", "[xmpp][resume]", prosody, ejabberd) {
  TestType server;
  xmpp_bot bot(account_in(server, "ops@rooms.bots.test"), {ping()});
  bot.wait_for_log(entered("ops"));
  server.kill();
  bot.wait_for_log(lost);
  server.start();
  bot.forward(longest_pause);
  bot.wait_for_log(entered("ops"), 2);
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  ada.say_in("ops@rooms.bots.test", "!ping");
  ada.wait_for_message("pong");
  ada.say("bot@bots.test", "!ping");
  CHECK(ada.wait_for_message("pong")["type"] == "chat");
}

TEMPLATE_TEST_CASE("a server that is stopped is waited for", "[xmpp][resume]", prosody, ejabberd) {
  TestType server;
  xmpp_bot bot(account_in(server, "ops@rooms.bots.test"), {ping()});
  bot.wait_for_log(entered("ops"));
  server.stop();
  bot.wait_for_log(lost);
  server.start();
  bot.forward(longest_pause);
  bot.wait_for_log(entered("ops"), 2);
}

TEMPLATE_TEST_CASE("a server that is killed under load makes nothing run twice", "[xmpp][resume]",
                   prosody, ejabberd) {
  constexpr std::size_t commands = 200;
  TestType server;
  noted_command note;
  xmpp_bot bot(account_in(server, "ops@rooms.bots.test"), {note.make()});
  bot.wait_for_log(entered("ops"));
  {
    slixmpp_client ada = client_of(server, "ada");
    ada.join("ops@rooms.bots.test", "ada");
    for (std::size_t n = 0; n < commands; ++n) {
      const std::string text = "!note " + std::to_string(n);
      if (n % 2 == 0) {
        ada.say("bot@bots.test", text);
      } else {
        ada.say_in("ops@rooms.bots.test", text);
      }
    }
    ada.wait_for_message("noted 20");
    server.kill();
  }
  bot.wait_for_log(lost);
  server.start();
  bot.forward(longest_pause);
  bot.wait_for_log(entered("ops"), 2);
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  ada.say_in("ops@rooms.bots.test", "!note room");
  ada.wait_for_message("noted room");
  ada.say("bot@bots.test", "!note talk");
  ada.wait_for_message("noted talk");
  CHECK(note.count("20") == 1);
  for (std::size_t n = 0; n < commands; ++n) {
    CAPTURE(n);
    CHECK(note.count(std::to_string(n)) <= 1);
  }
}

TEST_CASE("without stream management a new session goes on talking", "[xmpp][resume]") {
  prosody_options options;
  options.without = {"smacks"};
  prosody server(options);
  cutting_proxy line(server.port());
  xmpp_bot bot(account_behind(line, account_in(server, "ops@rooms.bots.test")), {ping()});
  bot.wait_for_log(entered("ops"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  line.cut();
  bring_back(bot, 1);
  bot.wait_for_log(entered("ops"), 2);
  ada.say_in("ops@rooms.bots.test", "!ping");
  ada.wait_for_message("pong");
}

TEMPLATE_TEST_CASE("what a command says while there is no connection is said afterwards",
                   "[xmpp][resume]", prosody, ejabberd) {
  options_of<TestType> options;
  const bool resumes = GENERATE(true, false);
  if (!resumes) options.resume_seconds = 1;
  const TestType server(options);
  cutting_proxy line(server.port());
  std::promise<void> started;
  std::promise<void> allowed;
  const auto slow = mynah::make_command(mynah::command_spec("slow", "Waits to be allowed"),
                                        [&](const mynah::arguments&) {
                                          started.set_value();
                                          allowed.get_future().wait();
                                          return "done";
                                        });
  xmpp_bot bot(account_behind(line, account_in(server, "ops@rooms.bots.test")), {slow, ping()},
               {{"command-deadline", "24h"}, {"notice-after", "0"}});
  bot.wait_for_log(entered("ops"));
  slixmpp_client ada = client_of(server, "ada");
  ada.join("ops@rooms.bots.test", "ada");
  const bool in_room = GENERATE(false, true);
  const auto say = [&](const std::string& text) {
    if (in_room) {
      ada.say_in("ops@rooms.bots.test", text);
    } else {
      ada.say("bot@bots.test", text);
    }
  };
  say("!slow");
  started.get_future().wait();
  // It connects again, and then hears nothing for as long as it suits us.
  line.hold(true);
  line.cut();
  bot.wait_for_log(lost);
  if (!resumes) {
    // The server has given the session up.
    ada.wait_for(
        {{"event", "presence"}, {"from", "ops@rooms.bots.test/mynah"}, {"type", "unavailable"}});
  }
  allowed.set_value();
  line.hold(false);
  bot.wait_until_online(2);
  const auto answer = ada.wait_for_message("done");
  CHECK(answer["type"] == (in_room ? "groupchat" : "chat"));
  bot.wait_for_log(entered("ops"), resumes ? 1 : 2);
  CHECK((bot.log().find("the session goes on") != std::string::npos) == resumes);
  say("!ping");
  ada.wait_for_message("pong");
  bot.stop();
  std::size_t answers = 0;
  for (const auto& each : ada.heard()) answers += each.value("body", "") == "done" ? 1U : 0U;
  CHECK(answers == 1);
}

TEMPLATE_TEST_CASE("two bots with one resource do not fight", "[xmpp][resume]", prosody, ejabberd) {
  const TestType server;
  xmpp_bot first(account_on(server), {ping()});
  first.wait_until_online();
  const xmpp_bot second(account_on(server), {ping()});
  first.wait_for_log(lost);
  // It is in no hurry to come back.
  CHECK_THAT(first.log(), ContainsSubstring("the server ended the stream: conflict"));
  slixmpp_client ada = client_of(server, "ada");
  ada.say("bot@bots.test/here", "!ping");
  ada.wait_for_message("pong");
}

namespace {

constexpr std::size_t all_commands = 1000;
constexpr std::size_t all_cuts = 100;
constexpr std::size_t at_once = all_commands / all_cuts;

// Says all commands in batches, breaks the connection amid each batch in one of three ways, and
// checks that each ran once and was answered once.
template <class Server>
void run_over_cuts(const running_bot::settings& own, bool in_room = false) {
  const Server server;
  cutting_proxy line(server.port());
  std::array<std::atomic<int>, all_commands> runs{};
  const auto count = mynah::make_command(
      mynah::command_spec("count", "").parameter(mynah::parameter::integer("n")).changes().quick(),
      [&runs](const mynah::arguments& args) {
        const auto n = args.integer("n");
        ++runs.at(static_cast<std::size_t>(n));
        return "counted " + std::to_string(n);
      });
  running_bot::settings all = {{"role", "counter=count"},  {"grant", "xmpp/ada@bots.test=counter"},
                               {"max-jobs", "0"},          {"max-jobs-per-user", "0"},
                               {"max-jobs-per-room", "0"}, {"max-jobs-per-command", "0"}};
  all.insert(own.begin(), own.end());
  const std::string room = "ops@rooms.bots.test";
  xmpp_bot bot(account_behind(line, account_in(server, room)), {count}, all, {},
               {&mynah::sqlite::plugin()});
  bot.wait_for_log(entered("ops"));
  slixmpp_client ada = client_of(server, "ada");
  if (in_room) ada.join(room, "ada");
  const std::string from = in_room ? room + "/mynah" : "bot@bots.test/here";
  std::array<int, all_commands> answers{};
  std::size_t answered = 0;
  const auto take = [&] {
    const auto told = ada.wait_for({{"event", "message"}, {"from", from}});
    const std::string body = told["body"];
    constexpr std::string_view words = "counted ";
    INFO(body);
    REQUIRE(body.starts_with(words));
    ++answers.at(static_cast<std::size_t>(std::atoi(body.c_str() + words.size())));
    ++answered;
  };
  std::size_t said = 0;
  for (std::size_t batch = 0; batch < all_cuts; ++batch) {
    const auto say = [&](std::size_t many) {
      for (std::size_t i = 0; i < many; ++i) {
        const std::string text = "!count " + std::to_string(said++);
        if (in_room) {
          ada.say_in(room, text);
        } else {
          ada.say("bot@bots.test/here", text);
        }
      }
    };
    const std::size_t before = batch % at_once;
    // Wherever that is in what they say then.
    const std::size_t bytes = 1 + batch * 37 % 900;
    if (batch % 3 == 1) line.cut_to_client_after(bytes);
    if (batch % 3 == 2) line.cut_to_server_after(bytes);
    say(before);
    if (batch % 3 == 0) line.cut();
    say(at_once - before);
    bring_back(bot, batch + 1);
    // The line may have been cut with nothing left of the batch to wait for, or all of it.
    while (answered + at_once < said) take();
  }
  while (answered < said) take();
  // Whatever came twice has come by now.
  if (in_room) {
    ada.say_in(room, "mynah: nothing");
  } else {
    ada.say("bot@bots.test/here", "!nothing");
  }
  const std::string last = ada.wait_for({{"event", "message"}, {"from", from}})["body"];
  // A session that the server has lost leaves open what of it was received.
  CHECK(times_in(bot.log(), "the session goes on") == all_cuts);
  CHECK_THAT(last, !ContainsSubstring("counted"));
  for (std::size_t n = 0; n < all_commands; ++n) {
    CAPTURE(n);
    CHECK(runs.at(n) == 1);
    CHECK(answers.at(n) == 1);
  }
  CHECK(line.cuts() == all_cuts);
}

}  // namespace

TEMPLATE_TEST_CASE("1,000 commands over 100 cuts: nothing is lost, nothing is doubled",
                   "[xmpp][resume][cuts]", prosody, ejabberd) {
  SECTION("without a store") {
    run_over_cuts<TestType>({});
  }
  SECTION("in a room") {
    run_over_cuts<TestType>({}, true);
  }
  SECTION("with a journal") {
    const temp_directory state;
    run_over_cuts<TestType>({{"store", "sqlite"}, {"state-dir", state.path().string()}});
  }
}
