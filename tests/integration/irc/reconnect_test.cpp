// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"
#include "running_bot.hpp"

using namespace mynah_test;

TEST_CASE("the bot comes back when the server does", "[irc][integration]") {
  ngircd server;
  running_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
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
  running_bot bot({{"server", local(server.port())}, {"channels", "#test"}}, {ping()});
  bot.wait_for_log("not connected");
  server.start();
  bot.wait_for_log("joined channel=#test");
}

TEST_CASE("a bot that waits for its server stops at once", "[irc][integration]") {
  running_bot bot({{"server", local(free_port())}}, {ping()});
  bot.wait_for_log("not connected");
  bot.stop();
}
