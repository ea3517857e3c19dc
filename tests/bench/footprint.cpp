// SPDX-License-Identifier: Apache-2.0
// What micro-bot costs to run: size of the program, memory when idle on IRC, time from start to the
// first answer, beside a bare client that does the same steps on the same server.
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "child_process.hpp"
#include "figures.hpp"
#include "irc_client.hpp"
#include "ngircd.hpp"
#include "temp_directory.hpp"

namespace {

using mynah_bench::median;
using mynah_bench::resident_megabytes;
using steady = std::chrono::steady_clock;

double milliseconds_since(steady::time_point start) {
  return std::chrono::duration<double, std::milli>(steady::now() - start).count();
}

double megabytes_of_file(const std::string& path) {
  struct stat facts{};
  if (stat(path.c_str(), &facts) != 0) throw std::runtime_error("cannot look at " + path);
  return static_cast<double>(facts.st_size) / 1e6;
}

void row(const char* what, double value, const char* unit, const std::string& budget) {
  std::printf("%-52s %10.2f %-3s  %s\n", what, value, unit, budget.c_str());
}

}  // namespace

int main() {
  const std::string stripped = MICRO_BOT ".stripped";
  if (std::system(("strip -o " + stripped + " " MICRO_BOT).c_str()) != 0) return 1;
  row("micro-bot, stripped", megabytes_of_file(stripped), "MB", "budget 8");

  constexpr int rounds = 11;
  std::vector<double> bare;
  std::vector<double> bot;
  double resident = 0;
  for (int round = 0; round < rounds; ++round) {
    const mynah_test::ngircd server;
    mynah_test::irc_client asker(server.port(), "asker");
    asker.join("#bench");
    {
      const auto start = steady::now();
      mynah_test::irc_client client(server.port(), "bare");
      client.join("#bench");
      asker.wait_for("JOIN");
      asker.say("PRIVMSG #bench :!ping");
      client.wait_for("!ping");
      client.say("PRIVMSG #bench :pong");
      asker.wait_for("pong");
      bare.push_back(milliseconds_since(start));
    }
    asker.lines_until_now();
    const auto start = steady::now();
    mynah_test::child_process process(
        {stripped, "--inputs=irc", "--irc-server=127.0.0.1:" + std::to_string(server.port()),
         "--irc-tls=no", "--irc-channels=#bench", "--log-level=off"},
        "/dev/null");
    asker.wait_for("JOIN");
    asker.say("PRIVMSG #bench :!ping");
    asker.wait_for(":pong");
    bot.push_back(milliseconds_since(start));
    resident = resident_megabytes(process.pid());
  }
  row("micro-bot, resident, idle on IRC", resident, "MB", "budget 12");
  row("bare client: connect to first answer, median of 11", median(bare), "ms", "");
  row("micro-bot: exec to first answer, median of 11", median(bot), "ms",
      "budget 50 + what the server needs");
  std::remove(stripped.c_str());
  return 0;
}
