// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include "catch.hpp"
#include "process.hpp"

namespace {

// A transcript: `> ` lines are what the user says, all others what is answered, in order. `{any}`
// stands for any line, `{number}` for a number.
class transcript {
 public:
  explicit transcript(const std::string& example) {
    std::ifstream file(std::string(EXAMPLES) + "/" + example + "/transcript.txt");
    REQUIRE(file.good());
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with("> ")) {
        said += line.substr(2) + "\n";
      } else {
        expected.push_back(line);
      }
    }
  }

  void check(const std::string& answered) const {
    std::istringstream lines(answered);
    std::string line;
    for (const std::string& each : expected) {
      REQUIRE(std::getline(lines, line));
      CAPTURE(each, line);
      CHECK(matches(each, line));
    }
    CHECK_FALSE(std::getline(lines, line));
  }

  std::string said;
  std::vector<std::string> expected;

 private:
  static bool matches(const std::string& pattern, const std::string& line) {
    if (pattern == "{any}") return true;
    static const std::regex special(R"([.^$|()\[\]{}*+?\\])");
    std::string expression = std::regex_replace(pattern, special, R"(\$&)");
    const std::string number = R"(\{number\})";
    for (std::size_t at = 0; (at = expression.find(number)) != std::string::npos;) {
      expression.replace(at, number.size(), "[0-9]+");
    }
    return std::regex_match(line, std::regex(expression));
  }
};

// A port that is free now.
int free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  REQUIRE(::bind(socket, reinterpret_cast<sockaddr*>(&here), size) == 0);
  REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&here), &size) == 0);
  ::close(socket);
  return ntohs(here.sin_port);
}

// Says the lines to the port and returns what is answered in `count` lines.
std::string talk(int port, const std::string& said, std::size_t count) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{10, 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  sockaddr_in there{};
  there.sin_family = AF_INET;
  there.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  there.sin_port = htons(static_cast<std::uint16_t>(port));
  REQUIRE(::connect(socket, reinterpret_cast<sockaddr*>(&there), sizeof there) == 0);
  std::string answered;
  std::istringstream lines(said);
  for (std::string line; std::getline(lines, line);) {
    line += "\n";
    REQUIRE(::send(socket, line.data(), line.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(line.size()));
    char byte = 0;
    while (::recv(socket, &byte, 1, 0) == 1) {
      answered += byte;
      if (byte == '\n') break;
    }
  }
  ::close(socket);
  CHECK(static_cast<std::size_t>(std::count(answered.begin(), answered.end(), '\n')) == count);
  return answered;
}

}  // namespace

TEST_CASE("micro-bot") {
  const transcript script("micro-bot");
  const finished run({MICRO_BOT}, script.said);
  CHECK(run.code == 0);
  script.check(run.out);
}

TEST_CASE("custom-command") {
  const transcript script("custom-command");
  const finished run({CUSTOM_COMMAND}, script.said);
  CHECK(run.code == 0);
  script.check(run.out);
}

TEST_CASE("embed: the program's work goes on when the bot has ended") {
  const transcript script("embed");
  const finished run({EMBED}, script.said);
  CHECK(run.code == 0);
  script.check(run.out);
}

TEST_CASE("embed: the work makes progress while the bot talks") {
  process program({EMBED});
  program.write("status\n");
  REQUIRE(program.shows(" of 30 items done\n"));
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  program.write("status\n");
  REQUIRE(program.shows(" of 30 items done\n"));
  program.end_input();
  CHECK(program.ended() == 0);
  std::istringstream lines(program.out);
  int first = -1;
  int second = -1;
  std::string rest;
  lines >> first;
  std::getline(lines, rest);
  lines >> second;
  CHECK(second > first);
}

TEST_CASE("custom-input") {
  const transcript script("custom-input");
  const int port = free_port();
  process program({CUSTOM_INPUT, "--lines-port=" + std::to_string(port)});
  REQUIRE(program.complains("listening"));
  script.check(talk(port, script.said, script.expected.size()));
  // The next client.
  script.check(talk(port, script.said, script.expected.size()));
  program.signal(SIGTERM);
  CHECK(program.ended() == 0);
}
