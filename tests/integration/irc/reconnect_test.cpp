// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>

#include <mynah/command.hpp>

#include "catch.hpp"
#include "irc_bot.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"

using namespace mynah_test;

TEST_CASE("the bot comes back when the server does", "[irc][integration]") {
  ngircd server;
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  {
    irc_client ann(server.port(), "ann");
    ann.join("#test");
    bot.wait_for_log("joined channel=#test");
    ann.say("PRIVMSG #test :!ping");
    CHECK(text_of(ann.wait_for(" PRIVMSG #test ")) == "pong");
    server.kill();
  }
  bot.wait_for_log("not connected");
  server.start();
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  // It is there already, or it comes.
  ann.say("PRIVMSG #test :!ping");
  for (;;) {
    const std::string line = ann.wait_for("mynah");
    if (line.find(" JOIN ") != std::string::npos) ann.say("PRIVMSG #test :!ping");
    if (line.find(" PRIVMSG ") == std::string::npos) continue;
    CHECK(text_of(line) == "pong");
    break;
  }
}

TEST_CASE("a bot that starts before its server waits for it", "[irc][integration]") {
  ngircd server;
  server.kill();
  irc_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  bot.wait_for_log("not connected");
  server.start();
  bot.wait_for_log("joined channel=#test");
}

TEST_CASE("a bot that waits for its server stops at once", "[irc][integration]") {
  irc_bot bot({{"server", local(free_port())}}, {ping()});
  bot.wait_for_log("not connected");
  bot.stop();
}

TEST_CASE("a server that is restarted under load repeats nothing and loses no waiting answer",
          "[irc][integration]") {
  constexpr int commands = 200;
  ngircd server;
  std::array<std::atomic<int>, commands> runs{};
  const auto deploy = mynah::make_command(
      mynah::command_spec("deploy", "").parameter(mynah::parameter::integer("n")).changes().quick(),
      [&runs](const mynah::arguments& args) {
        const auto n = args.integer("n");
        ++runs.at(static_cast<std::size_t>(n));
        return "deployed " + std::to_string(n) + " of many";
      });
  // Slowly, so that answers wait when the server goes.
  irc_bot bot({{"server", local(server.port())},
               {"channels", "#test"},
               {"pace", "fixed"},
               {"burst", "1"},
               {"interval", "10ms"}},
              {deploy},
              {{"role", "deployer=deploy"},
               {"grant", "unverified:irc/*=deployer"},
               {"max-jobs", "0"},
               {"max-jobs-per-user", "0"},
               {"max-jobs-per-room", "0"},
               {"max-jobs-per-command", "0"}});
  std::array<int, commands> answers{};
  const auto take = [&answers](irc_client& from) {
    const std::string text = text_of(from.wait_for("deployed "));
    ++answers.at(static_cast<std::size_t>(std::stoi(text.substr(std::strlen("deployed ")))));
  };
  int taken = 0;
  {
    irc_client ann(server.port(), "ann");
    ann.join("#test");
    bot.wait_for_log("joined channel=#test");
    for (int n = 0; n < commands; ++n) ann.say("PRIVMSG #test :!deploy " + std::to_string(n));
    for (; taken < 20; ++taken) take(ann);
    server.kill();
  }
  bot.wait_for_log("not connected");
  const auto ran = static_cast<int>(
      std::count_if(runs.begin(), runs.end(), [](const auto& each) { return each > 0; }));
  server.start();
  irc_client ann(server.port(), "ann");
  ann.join("#test");
  // Without confirmations of the server, what was written counts as said: a few lines at most, at
  // this pace. Everything else that ran is answered now.
  constexpr int on_the_way = 15;
  while (taken < ran - on_the_way) {
    take(ann);
    ++taken;
  }
  bot.stop();
  for (const std::string& line : ann.lines_until_now()) {
    if (line.find("deployed ") == std::string::npos) continue;
    ++answers.at(static_cast<std::size_t>(
        std::stoi(line.substr(line.find("deployed ") + std::strlen("deployed ")))));
  }
  CHECK(ran > 20 + on_the_way);
  for (std::size_t n = 0; n < commands; ++n) {
    CAPTURE(n);
    CHECK(runs.at(n) <= 1);
    CHECK(answers.at(n) <= 1);
    CHECK(answers.at(n) <= runs.at(n));
  }
}
