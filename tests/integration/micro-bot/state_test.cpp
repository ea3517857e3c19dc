// SPDX-License-Identifier: Apache-2.0
// Where micro-bot keeps its state, and what can be got out of it.
#include "catch.hpp"
#include "process.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace {

std::size_t lines_of(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

TEST_CASE("state is kept where it was asked for, else where the system has a place") {
  const scratch_folder folder;
  const auto asks = [](const process::variables& variables,
                       const std::vector<std::string>& more = {}) {
    std::vector<std::string> command{MICRO_BOT};
    command.insert(command.end(), more.begin(), more.end());
    CHECK(finished(command, "ping\n", variables).out == "pong\n");
  };
  SECTION("a flag") {
    asks({}, {"--state-dir", folder.path + "/state"});
  }
  SECTION("systemd") {
    asks({{"STATE_DIRECTORY", folder.path + "/state:/elsewhere"}});
  }
  SECTION("XDG") {
    asks({{"XDG_STATE_HOME", folder.path}});
    std::filesystem::rename(folder.path + "/micro-bot", folder.path + "/state");
  }
  SECTION("home") {
    asks({{"HOME", folder.path}});
    std::filesystem::rename(folder.path + "/.local/state/micro-bot", folder.path + "/state");
  }
  CHECK(std::filesystem::exists(folder.path + "/state/mynah.db"));
  struct stat found{};
  REQUIRE(::stat((folder.path + "/state").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777U) == 0700U);
}

TEST_CASE("--exec and --check-config leave nothing behind") {
  const scratch_folder folder;
  const process::variables home{{"HOME", folder.path}};
  CHECK(finished({MICRO_BOT, "--exec", "ping"}, "", home).out == "pong\n");
  CHECK(finished({MICRO_BOT, "--check-config"}, "", home).out == "ok\n");
  CHECK(std::filesystem::is_empty(folder.path));
}

TEST_CASE("the audit can be searched from chat and exported") {
  const scratch_folder folder;
  const std::string state = "--state-dir=" + folder.path;
  const finished first({MICRO_BOT, state}, "ping\necho one, \"two\"\nno-such\n");
  REQUIRE(first.code == 0);
  const finished second({MICRO_BOT, state, "--role=o=audit", "--grant=console/*=o"},
                        "audit --command echo\n");
  CHECK(second.out.find(": echo one, \"two\"  -> done") != std::string::npos);

  const finished json({MICRO_BOT, "audit", "export", state});
  CHECK(json.code == 0);
  CHECK(lines_of(json.out) == 4);
  CHECK(json.out.find(R"("line":"echo one, \"two\"")") != std::string::npos);
  CHECK(json.out.find(R"("outcome":"unknown-command")") != std::string::npos);
  const finished csv({MICRO_BOT, "audit", "export", "--format=csv", "--command=echo", state});
  CHECK(lines_of(csv.out) == 2);
  CHECK(csv.out.starts_with("id,time,who,"));
  CHECK(csv.out.find(R"("echo one, ""two""")") != std::string::npos);
  CHECK(lines_of(finished({MICRO_BOT, "audit", "export", "--until=1h", state}).out) == 0);
  CHECK(lines_of(finished({MICRO_BOT, "audit", "export", "--words", "echo one", state}).out) == 1);
}

TEST_CASE("secrets of inputs that are not selected are masked as well") {
  const scratch_folder folder;
  const std::string secret = "hunter2-Secret";
  const std::vector<std::string> start{MICRO_BOT, "--irc-password=" + secret,
                                       "--state-dir=" + folder.path};
  CHECK(finished(start, "echo " + secret + "\n").out == "***\n");
  const finished exec({MICRO_BOT, "--irc-password=" + secret, "--exec", "echo " + secret});
  CHECK(exec.out == "***\n");
  CHECK(finished({MICRO_BOT, "audit", "export", "--state-dir=" + folder.path}).out.find(secret) ==
        std::string::npos);
  // And what was recorded before it was known to be one.
  CHECK(finished({MICRO_BOT, "--state-dir=" + folder.path}, "echo other-Secret\n").code == 0);
  const finished later(
      {MICRO_BOT, "audit", "export", "--irc-password=other-Secret", "--state-dir=" + folder.path});
  CHECK(later.out.find("other-Secret") == std::string::npos);
}

TEST_CASE("the audit is exported beside a running bot") {
  const scratch_folder folder;
  const std::string state = "--state-dir=" + folder.path;
  process bot({MICRO_BOT, state});
  bot.write("ping\n");
  REQUIRE(bot.shows("pong"));
  bot.write("echo after\n");
  REQUIRE(bot.shows("after"));
  // The audit of what changes nothing is written after the answer.
  bool found = false;
  for (int i = 0; i < 200 && !found; ++i) {
    const finished json({MICRO_BOT, "audit", "export", state});
    REQUIRE(json.code == 0);
    found = json.out.find("\"ping\"") != std::string::npos;
  }
  CHECK(found);
  bot.end_input();
  CHECK(bot.ended() == 0);
}

TEST_CASE("what cannot be exported is said") {
  const scratch_folder folder;
  const finished none({MICRO_BOT, "audit", "export", "--state-dir=" + folder.path});
  CHECK(none.code != 0);
  CHECK(none.err.find("mynah.db") != std::string::npos);
  CHECK(finished({MICRO_BOT, "audit"}).code == 2);
  const finished when({MICRO_BOT, "audit", "export", "--since=yesterday"});
  CHECK(when.code == 2);
  CHECK(when.err.find("expected a time ago such as 2h") != std::string::npos);
  CHECK(finished({MICRO_BOT, "audit", "export", "--format=xml"}).code == 2);
  CHECK(finished({MICRO_BOT, "audit", "export", "--no-such-flag=1"}).code == 2);
}

TEST_CASE("a state that cannot be used ends the bot with a clear error") {
  const scratch_folder folder;
  const std::string state = "--state-dir=" + folder.path;
  SECTION("of another process") {
    process bot({MICRO_BOT, state});
    bot.write("ping\n");
    REQUIRE(bot.shows("pong"));
    const finished other({MICRO_BOT, state}, "ping\n");
    CHECK(other.code == 1);  // the other one may end: starting again is not pointless
    CHECK(other.err.find("is used by process") != std::string::npos);
    bot.end_input();
    CHECK(bot.ended() == 0);
  }
  SECTION("damaged") {
    std::ofstream(folder.path + "/mynah.db") << std::string(8192, 'x');
    const finished bot({MICRO_BOT, state}, "ping\n");
    CHECK(bot.code == 2);
    CHECK(bot.err.find("mynah.db") != std::string::npos);
  }
  SECTION("no directory") {
    const finished bot({MICRO_BOT, "--state-dir=/dev/null/state"}, "ping\n");
    CHECK(bot.code != 0);
    CHECK(bot.err.find("/dev/null: cannot make the directory") != std::string::npos);
  }
  SECTION("no such store") {
    const finished bot({MICRO_BOT, "--store=postgres"}, "ping\n");
    CHECK(bot.code == 2);
    CHECK(bot.err ==
          "micro-bot: --store (--store) is 'postgres', and no such store is linked; there is: "
          "memory, sqlite\n");
  }
}
