// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"
#include "process.hpp"

namespace {

finished exec(const std::string& line, const std::vector<std::string>& more = {}) {
  std::vector<std::string> command{TEST_BOT, "--exec", line};
  command.insert(command.end(), more.begin(), more.end());
  return finished(command);
}

}  // namespace

TEST_CASE("--exec prints the reply and succeeds") {
  const finished run = exec("ping");
  CHECK(run.code == 0);
  CHECK(run.out == "pong\n");
  CHECK(run.err == "");
  CHECK(exec("wait 100").out == "waiting\nwaited\n");
}

TEST_CASE("--exec fails when the command does, is denied, or is none") {
  CHECK(exec("no-such-command").code == 1);
  CHECK(exec("fail").code == 1);
  CHECK(exec("fail").out.find("an inner text") == std::string::npos);
  CHECK(exec("deploy").code == 1);
  const finished denied = exec("deploy web");
  CHECK(denied.code == 1);
  CHECK(denied.out.starts_with("denied: "));
  CHECK(exec("wait 5000", {"--command-deadline=100ms"}).code == 1);
}

TEST_CASE("--exec goes through the same gate as every input") {
  const finished granted = exec("deploy web", {"--role=ops=deploy", "--grant=exec/*=ops"});
  INFO(granted.out);
  CHECK(granted.code == 0);
  CHECK(granted.out == "deployed web\n");
}

TEST_CASE("roles and grants from a file") {
  const scratch_folder folder;
  const std::string file = folder.file(
      "bot.toml", "[roles]\nops = [\"restart\", \"deploy\"]\n[grants]\n\"exec/*\" = [\"ops\"]\n");
  CHECK(exec("deploy web", {"--config", file}).out == "deployed web\n");
}

TEST_CASE("--exec needs no input and ignores the selected ones") {
  CHECK(exec("ping", {"--inputs=net"}).out == "pong\n");
}

TEST_CASE("--exec without a command line is a wrong configuration") {
  CHECK(exec("").code == 2);
  CHECK(exec("  ").err == "test-bot: --exec needs a command line\n");
}

TEST_CASE("a reply that cannot be written is a failure") {
  const finished full({"/bin/sh", "-c", MICRO_BOT " --exec ping >/dev/full"});
  CHECK(full.code == 1);
}

TEST_CASE("thousands of lines from a pipe are all answered") {
  std::string lines;
  for (int i = 0; i < 5'000; ++i) lines += "ping\n";
  const finished all({MICRO_BOT}, lines);
  CHECK(all.code == 0);
  CHECK(all.out.size() == std::string("pong\n").size() * 5'000);
}
