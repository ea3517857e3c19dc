// SPDX-License-Identifier: Apache-2.0
#include <mynah/version.hpp>

#include "catch.hpp"
#include "process.hpp"

TEST_CASE("without arguments micro-bot talks to its standard input") {
  const finished run({MICRO_BOT}, "ping\necho   two  words \nhelp ping\n");
  CHECK(run.code == 0);
  CHECK(run.out.starts_with("pong\n"));
  CHECK(run.err == "");
}

TEST_CASE("a regular file as input") {
  const scratch_folder folder;
  const std::string script = folder.file("script", "ping\nping");
  const finished run({"/bin/sh", "-c", "exec " MICRO_BOT " < " + script});
  CHECK(run.code == 0);
  CHECK(run.out == "pong\npong\n");
}

TEST_CASE("no input at all") {
  CHECK(finished({"/bin/sh", "-c", "exec " MICRO_BOT " < /dev/null"}).code == 0);
  CHECK(finished({"/bin/sh", "-c", "exec " MICRO_BOT " <&-"}).code == 0);
}

TEST_CASE("a reader that leaves is no failure") {
  const finished run({"/bin/sh", "-c", "yes ping | head -n 2000 | " MICRO_BOT " | head -n 1"});
  CHECK(run.code == 0);
  CHECK(run.out == "pong\n");
}

TEST_CASE("--version") {
  const finished run({MICRO_BOT, "--version"});
  CHECK(run.code == 0);
  CHECK(run.out == "micro-bot " MYNAH_VERSION " (mynah " MYNAH_VERSION ")\n");
}

TEST_CASE("--help names the flags of everything linked") {
  const finished run({MICRO_BOT, "--help"});
  CHECK(run.code == 0);
  CHECK(run.err == "");
  for (const char* expected : {"Program:", "Bot:", "Input console", "--console-prompt",
                               "[MYNAH_CONSOLE_PROMPT]", "Plugin builtins", "--exec <line>"}) {
    INFO(expected);
    CHECK(run.out.find(expected) != std::string::npos);
  }
  CHECK(finished({MICRO_BOT, "-h"}).out == run.out);
  // Help is for those who do not know what is wrong.
  CHECK(finished({MICRO_BOT, "--help", "--bogus", "--config=/nonexistent"}).code == 0);
}

TEST_CASE("--list-plugins") {
  const finished run({MICRO_BOT, "--list-plugins"});
  CHECK(run.code == 0);
  CHECK(run.out.find("console") != std::string::npos);
  CHECK(run.out.find("builtins") != std::string::npos);
}

TEST_CASE("the example of a configuration is right") {
  const finished run({MICRO_BOT, "--config", EXAMPLE_CONFIG, "--check-config"});
  INFO(run.err);
  CHECK(run.code == 0);
  CHECK(run.out == "ok\n");
}

TEST_CASE("log lines go through spdlog to standard error, as text or JSON") {
  const finished text({MICRO_BOT, "--log-level=info"}, "ping\n");
  CHECK(text.out == "pong\n");
  CHECK(text.err.find(" info console: online\n") != std::string::npos);
  const finished json({MICRO_BOT, "--log-level=info", "--log-format", "json"}, "ping\n");
  CHECK(json.err.starts_with("{\"time\":\""));
  CHECK(json.err.find("\"component\":\"console\"") != std::string::npos);
  CHECK(json.err.ends_with("}\n"));
}
