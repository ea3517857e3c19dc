// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <csignal>
#include <thread>

#include "catch.hpp"
#include "process.hpp"

namespace {

std::chrono::milliseconds since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               start);
}

}  // namespace

TEST_CASE("SIGTERM and SIGINT end a bot that waits") {
  for (const int number : {SIGTERM, SIGINT}) {
    process bot({TEST_BOT});
    bot.write("ping\n");
    REQUIRE(bot.shows("pong"));
    bot.signal(number);
    CHECK(bot.ended() == 0);
    CHECK(bot.err == "");
  }
}

TEST_CASE("a running command may end after SIGTERM") {
  process bot({TEST_BOT});
  bot.write("wait 700\n");
  REQUIRE(bot.shows("waiting"));
  bot.signal(SIGTERM);
  CHECK(bot.ended() == 0);
  CHECK(bot.out == "waiting\nwaited\n");
}

TEST_CASE("draining is bounded") {
  process bot({TEST_BOT, "--drain=200ms"});
  bot.write("wait 20000\n");
  REQUIRE(bot.shows("waiting"));
  const auto start = std::chrono::steady_clock::now();
  bot.signal(SIGTERM);
  CHECK(bot.ended() == 0);
  CHECK(since(start) < std::chrono::seconds(10));
  CHECK(bot.out.find("waited") == std::string::npos);
}

TEST_CASE("the second signal cancels what runs") {
  process bot({TEST_BOT});
  bot.write("wait 20000\n");
  REQUIRE(bot.shows("waiting"));
  const auto start = std::chrono::steady_clock::now();
  bot.signal(SIGINT);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  bot.signal(SIGINT);
  CHECK(bot.ended() == 0);
  CHECK(since(start) < std::chrono::seconds(8));
}

TEST_CASE("a command that ignores being cancelled is left behind") {
  process bot({TEST_BOT, "--drain=100ms"});
  bot.write("stuck\n");
  REQUIRE(bot.shows("stuck"));
  const auto start = std::chrono::steady_clock::now();
  bot.signal(SIGTERM);
  CHECK(bot.ended() == 0);
  CHECK(since(start) < std::chrono::seconds(15));
}

TEST_CASE("the end of the input lets running commands answer") {
  CHECK(finished({TEST_BOT}, "wait 500\nping\n").out == "waiting\npong\nwaited\n");
}

TEST_CASE("SIGTERM while an input tries to connect") {
  process bot({TEST_BOT, "--inputs=net", "--net-server=away"});
  REQUIRE(bot.complains("trying again"));
  bot.signal(SIGTERM);
  CHECK(bot.ended() == 0);
}

TEST_CASE("a refused login is a wrong configuration") {
  const finished run({TEST_BOT, "--inputs=net", "--net-server=locked"});
  CHECK(run.code == 2);
  CHECK(run.err.find("logging in to locked") != std::string::npos);
}
