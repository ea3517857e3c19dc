// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "catch.hpp"
#include "process.hpp"

namespace {

class terminal {
 public:
  explicit terminal(const std::string& program, process::variables environment = {})
      : bot(command(program), with_state(std::move(environment)), process::connected::terminal) {}

  [[nodiscard]] std::string history() const {
    std::ostringstream content;
    content << std::ifstream(state_.path + "/mynah/console-history").rdbuf();
    return content.str();
  }

 private:
  static std::vector<std::string> command(const std::string& program) { return {program}; }
  process::variables with_state(process::variables environment) const {
    environment.emplace("XDG_STATE_HOME", state_.path);
    return environment;
  }

  scratch_folder state_;

 public:
  process bot;
};

}  // namespace

TEST_CASE("a prompt, a line, an answer, the end") {
  terminal user(MICRO_BOT);
  REQUIRE(user.bot.shows("> "));
  user.bot.write("ping\n");
  REQUIRE(user.bot.shows("pong"));
  REQUIRE(user.bot.shows("> "));
  user.bot.write("\x04");
  CHECK(user.bot.ended() == 0);
  CHECK(user.bot.err == "");
  CHECK(user.history().find("ping") != std::string::npos);
}

TEST_CASE("the prompt can be chosen, history can be off") {
  terminal user(MICRO_BOT, {{"MYNAH_CONSOLE_PROMPT", "bird$ "}});
  REQUIRE(user.bot.shows("bird$ "));
  user.bot.write("\x04");
  CHECK(user.bot.ended() == 0);
}

TEST_CASE("tab completes names of commands") {
  terminal user(MICRO_BOT);
  REQUIRE(user.bot.shows("> "));
  user.bot.write("hel\t");
  REQUIRE(user.bot.shows("hello  help"));
  user.bot.write("p p\tng\n");
  user.bot.write("\x15pi\t\n");
  REQUIRE(user.bot.shows("pong"));
  REQUIRE(user.bot.shows("> "));  // reading again; before, the key may be lost
  user.bot.write("\x04");
  CHECK(user.bot.ended() == 0);
}

TEST_CASE("lines can be edited and taken from history") {
  terminal user(MICRO_BOT);
  REQUIRE(user.bot.shows("> "));
  user.bot.write(
      "pxng\x1b[D\x1b[D\x7f"
      "i\n");
  REQUIRE(user.bot.shows("pong"));
  REQUIRE(user.bot.shows("> "));
  user.bot.write("\x1b[A\n");
  REQUIRE(user.bot.shows("pong"));
  user.bot.write(
      "echo gr\xc3\xbc\xc3\x9f"
      "e\n");
  REQUIRE(user.bot.shows("echo gr"));
  REQUIRE(
      user.bot.shows("gr\xc3\xbc\xc3\x9f"
                     "e\r\n"));
  REQUIRE(user.bot.shows("> "));  // reading again; before, the key may be lost
  user.bot.write("\x04");
  CHECK(user.bot.ended() == 0);
}

TEST_CASE("an answer that comes while a line is typed leaves the line whole") {
  terminal user(TEST_BOT);
  REQUIRE(user.bot.shows("> "));
  user.bot.write("wait 400\n");
  REQUIRE(user.bot.shows("waiting"));
  user.bot.write("pi");
  REQUIRE(user.bot.shows("waited"));
  REQUIRE(user.bot.shows("> pi"));  // drawn again below the answer
  user.bot.write("ng\n");
  REQUIRE(user.bot.shows("pong"));
  REQUIRE(user.bot.shows("> "));  // reading again; before, the key may be lost
  user.bot.write("\x04");
  CHECK(user.bot.ended() == 0);
}

TEST_CASE("Ctrl-C ends the program and leaves the terminal usable") {
  terminal user(TEST_BOT);
  REQUIRE(user.bot.shows("> "));
  user.bot.write("\x03");
  CHECK(user.bot.ended() == 0);
}

TEST_CASE("without a usable terminal lines are read as they come") {
  terminal user(MICRO_BOT, {{"TERM", "dumb"}});
  user.bot.write("ping\n");
  REQUIRE(user.bot.shows("pong"));
  user.bot.write("\x04");
  CHECK(user.bot.ended() == 0);
}
