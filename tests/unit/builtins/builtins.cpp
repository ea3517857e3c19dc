// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/builtins.hpp>
#include <mynah/context.hpp>
#include <mynah/error.hpp>
#include <mynah/testkit.hpp>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

void add_deploy(chat& chat) {
  chat.add(make_command(command_spec("deploy", "Deploys a service")
                            .alias("rollout")
                            .parameter(parameter::string("service"))
                            .changes(),
                        [](const arguments&) { return "deployed"; }));
}

}  // namespace

TEST_CASE("help lists, sorted, what the asker may run") {
  chat chat;
  chat.use(builtins::plugin());
  add_deploy(chat);
  chat.add(make_command(command_spec("secret", "").hidden(), [](const arguments&) { return ""; }));
  chat.grant("alice", "deploy");
  chat.say("bob", "#ops", "!help");
  chat.expect_reply(
      "cancel <id>       - Tells a running command to stop\n"
      "echo <text...>    - Says what you say\n"
      "hello             - Greets you\n"
      "help [command...] - Lists what you may run, or tells about one command\n"
      "jobs              - Lists running commands\n"
      "ping              - Answers pong\n"
      "three laws        - Tells the three laws of robotics\n"
      "time [zone]       - Tells the time\n"
      "uptime            - Tells since when the bot runs and how its inputs are\n"
      "version           - Tells which program this is\n"
      "whoami            - Tells who you are to the bot, and your roles\n"
      "help <command> tells more");
  chat.say("alice", "#ops", "!help");
  chat.expect_reply_containing("deploy <service>");
}

TEST_CASE("help tells about one command, if the asker may run it") {
  chat chat;
  chat.use(builtins::plugin());
  add_deploy(chat);
  chat.grant("alice", "deploy");
  const std::string text =
      "usage: deploy <service>\nDeploys a service\nchanges something: needs a grant\n"
      "  service: text\nalso: rollout";
  for (const char* line : {"!help deploy", "!help !deploy", "!help rollout", "!deploy --help"}) {
    chat.say("alice", "#ops", line);
    chat.expect_reply(text);
  }
  chat.say("alice", "#ops", "!help three laws");
  chat.expect_reply_containing("usage: three laws");
  chat.say("bob", "#ops", "!help deploy");
  chat.expect_reply("error executing help: you may not run 'deploy'");
  chat.say("bob", "#ops", "!help pnig");
  chat.expect_reply("error executing help: there is no command 'pnig'; did you mean ping?");
  chat.say("bob", "#ops", "!help nonsense");
  chat.expect_reply("error executing help: there is no command 'nonsense'");
}

TEST_CASE("small talk") {
  chat chat;
  chat.use(builtins::plugin());
  chat.say("alice", "#ops", "!ping");
  chat.expect_reply("pong");
  chat.say("alice", "#ops", "!echo  two  \"words\" --x");
  const testkit::said echoed = chat.expect_reply("two  \"words\" --x");
  CHECK(echoed.body.fragments().at(0).kind == fragment_kind::untrusted);
  chat.say("alice", "#ops", "!echo");
  chat.expect_reply("echo: text is missing (what to say)\nusage: echo <text...>");
  chat.say("alice", "#ops", "!hi");
  chat.expect_reply("Hello, alice!");
  chat.say("alice", "#ops", "!the three laws");
  chat.expect_reply_containing("1. A robot does not harm a human");
}

TEST_CASE("time is told by RFC 1123, in the zone asked for or configured") {
  chat chat;
  chat.use(builtins::plugin());
  chat.set("builtins.time-zone", "Europe/Berlin");
  chat.say("alice", "#ops", "!time");
  chat.expect_reply("Mon, 02 Jan 2023 16:04:05 +0100");
  chat.say("alice", "#ops", "!time UTC");
  chat.expect_reply("Mon, 02 Jan 2023 15:04:05 GMT");
  chat.say("alice", "#ops", "!time America/St_Johns");
  chat.expect_reply("Mon, 02 Jan 2023 11:34:05 -0330");
  chat.advance(24h * 31 * 6);
  chat.say("alice", "#ops", "!time");
  chat.expect_reply("Fri, 07 Jul 2023 17:04:05 +0200");
  chat.say("alice", "#ops", "!time Mars/Olympus");
  chat.expect_reply(
      "time: zone is 'Mars/Olympus'; expected an IANA name such as Europe/Berlin\n"
      "usage: time [zone]");
}

TEST_CASE("a configured zone that does not exist is refused at start") {
  chat chat;
  chat.use(builtins::plugin());
  chat.set("builtins.time-zone", "Mars/Olympus");
  CHECK_THROWS_WITH(chat.say("alice", "#ops", "!ping"),
                    "'builtins.time-zone' (the program) is 'Mars/Olympus'; expected an IANA time "
                    "zone such as Europe/Berlin");
}

TEST_CASE("the bot tells about itself and about the asker") {
  chat chat;
  chat.use(builtins::plugin());
  chat.grant("alice", "deploy");
  chat.say("alice", "#ops", "!version");
  chat.expect_reply("testkit");
  chat.advance(90min);
  chat.say("alice", "#ops", "!uptime");
  chat.expect_reply("up 1h30m; test online");
  chat.say("alice", "#ops", "!status");
  chat.expect_reply("up 1h30m; test online");
  chat.say("alice", "#ops", "!whoami");
  chat.expect_reply("you are test/alice (verified by the network); roles: may-alice");
  chat.stranger("bob", "#ops", "!whoami");
  chat.expect_reply("you are unverified:test/bob (not verified by the network); no roles");
}

TEST_CASE("others see that something runs, not what was typed") {
  chat chat;
  chat.use(builtins::plugin());
  chat.set("notice-after", "0");
  chat.add(make_command(command_spec("login", ""), [](context& ctx) -> std::string {
    ctx.sleep_for(10s);
    return "in";
  }));
  chat.grant("root", "cancel.any");
  chat.say("alice", "#ops", "!login hunter2");
  chat.say("bob", "#ops", "!jobs");
  chat.expect_reply("1  running for 0s  login  by test/alice");
  chat.say("alice", "#ops", "!jobs");
  chat.expect_reply("1  running for 0s  login hunter2  by test/alice");
  chat.say("root", "#ops", "!jobs");
  chat.expect_reply("1  running for 0s  login hunter2  by test/alice");
  chat.say("bob", "#ops", "!cancel -1");
  chat.expect_reply("error executing cancel: no job -1 is running");
  chat.say("bob", "#ops", "!cancel soon");
  chat.expect_reply("cancel: id is 'soon'; expected a whole number\nusage: cancel <id>");
}

namespace {

command_ptr pay() {
  return make_command(
      command_spec("pay", "Pays somebody").parameter(parameter::string("whom")).changes(),
      [](const arguments& args) { return "paid " + args.string("whom"); });
}

}  // namespace

TEST_CASE("the audit is searched by user, command, room, time and words, a page at a time") {
  chat chat;
  chat.use(builtins::plugin());
  chat.add(pay());
  chat.grant("alice", "pay");
  chat.grant("root", "audit");
  chat.say("alice", "#ops", "!pay bob");
  chat.expect_reply("paid bob");
  chat.advance(1h);
  chat.say("bob", "#dev", "!pay bob");
  chat.say("alice", "#ops", "!pay carol");
  chat.say("alice", "#ops", "!audit");
  chat.take_replies();
  chat.advance(1min);

  const auto shown = [&](const std::string& line) {
    chat.say("root", "#root", line);
    const auto said = chat.take_replies();
    REQUIRE(said.size() == 1);
    return said[0].text;
  };
  CHECK(
      shown("!audit --command pay") ==
      "3  2023-01-02 16:04:05  test/alice in test/#ops: pay carol  -> done; allowed: role "
      "may-alice granted to test/alice\n"
      "2  2023-01-02 16:04:05  test/bob in test/#dev: pay bob  -> denied; denied: pay changes "
      "something, and no grant gives 'pay' to test/bob\n"
      "1  2023-01-02 15:04:05  test/alice in test/#ops: pay bob  -> done; allowed: role may-alice "
      "granted to test/alice");
  CHECK(shown("!audit --user bob").substr(0, 2) == "2 ");
  CHECK(shown("!audit --room dev").substr(0, 2) == "2 ");
  CHECK(shown("!audit carol").substr(0, 2) == "3 ");
  CHECK(shown("!audit --outcome denied --command audit").find("test/alice") != std::string::npos);
  CHECK(shown("!audit --until 2023-01-02T15:30").substr(0, 2) == "1 ");
  CHECK(shown("!audit --command pay --until 30m").substr(0, 2) == "1 ");
  CHECK(shown("!audit --command pay --since 30m").substr(0, 2) == "3 ");
  const std::string page = shown("!audit --command pay --limit 2");
  CHECK(page.find("\nolder ones: the same with --before 2") != std::string::npos);
  CHECK(shown("!audit --command pay --limit 2 --before 2").substr(0, 2) == "1 ");
  CHECK(shown("!audit nothing like this") == "nothing in the audit fits");
  CHECK(shown("!audit --command pay --until 9999-12-31 carol").substr(0, 2) == "3 ");
  CHECK(shown("!audit --since 2300-01-01") == "nothing in the audit fits");
  CHECK(shown("!audit carol --limit 2").find("flags come before them") != std::string::npos);
  CHECK(shown("!audit --since yesterday").find("expected a time ago such as 2h") !=
        std::string::npos);
}

TEST_CASE("what could not be delivered is listed, tried again, or dropped") {
  chat chat;
  chat.use(builtins::plugin());
  chat.add(pay());
  chat.grant("alice", "pay");
  chat.grant("root", "outbox");
  chat.refuse_sends(8);
  chat.say("alice", "#ops", "!pay bob");
  chat.say("alice", "#dev", "!pay carol");
  chat.advance(1min);
  chat.say("root", "#root", "!outbox");
  const std::string list = chat.take_replies().at(0).text;
  CHECK(list.find("set aside (the test refuses it") != std::string::npos);
  CHECK(list.find("to test/#ops/alice (job 1): paid bob") != std::string::npos);
  const std::string first = list.substr(0, list.find(' '));
  const std::string second = list.substr(list.find('\n') + 1, 1);
  chat.say("root", "#root", "!outbox retry " + first);
  const auto said = chat.take_replies();
  REQUIRE(said.size() == 2);
  chat.advance(2ms);
  chat.say("root", "#root", "!outbox drop " + second);
  chat.expect_reply("message " + second + " is dropped");
  chat.say("root", "#root", "!outbox retry " + second);
  chat.expect_reply("error executing outbox: message " + second + " was not set aside");
  chat.say("root", "#root", "!outbox");
  chat.expect_reply("no message waits or was set aside");
  chat.say("bob", "#ops", "!outbox");
  chat.expect_reply_containing("denied: outbox is restricted");
}
