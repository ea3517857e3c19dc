// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/context.hpp>
#include <mynah/testkit.hpp>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

command_ptr ping() {
  return make_command(command_spec("ping", "Answers pong").quick(),
                      [](const arguments&) { return "pong"; });
}

command_ptr deploy() {
  return make_command(
      command_spec("deploy", "Deploys")
          .parameter(parameter::string("service"))
          .parameter(parameter::choice("env", {"staging", "prod"}).fallback("staging"))
          .changes(),
      [](context& ctx) {
        return "deploying " + ctx.args().string("service") + " to " + ctx.args().string("env");
      });
}

}  // namespace

TEST_CASE("a command is answered where it was given") {
  chat chat;
  chat.add(ping());
  chat.say("alice", "#ops", "!ping");
  const testkit::said answer = chat.expect_reply("pong");
  CHECK(answer.to.room == "#ops");
  chat.whisper("alice", "ping");
  CHECK(chat.expect_reply("pong").to.direct);
  chat.say("alice", "#dev", "mynah: ping");
  CHECK(chat.expect_reply("pong").to.room == "#dev");
  chat.say("alice", "#ops", "ping");
  chat.say("alice", "#ops", "what does !ping do?");
  chat.expect_silence();
}

TEST_CASE("the thread of a question is the thread of its answer") {
  chat chat;
  chat.add(ping());
  event said(event_type::message, address("", "#ops", "alice", "t1"),
             principal("", "alice", assurance::verified), "!ping");
  chat.deliver(said);
  CHECK(chat.expect_reply("pong").to.thread == "t1");
}

TEST_CASE("the plain form: name, pattern, usage, description, function of the arguments") {
  chat chat;
  chat.add(
      make_command("add", "^add (\\d+) (\\d+)$", "add <a> <b>", "Adds", [](const arguments& args) {
        return std::to_string(std::stoi(std::string(args.capture(1))) +
                              std::stoi(std::string(args.capture(2))));
      }));
  chat.say("alice", "#ops", "!add 2 3");
  chat.expect_reply("5");
}

TEST_CASE("smart quotes and dashes do not break a command, the raw text is there") {
  chat chat;
  std::string raw;
  chat.add(make_command("say", "^say", "say", "", [&raw](context& ctx) {
    raw = ctx.event().raw();
    return ctx.args()[1] == "a b" && ctx.args()[2] == "--x" ? "good" : "bad";
  }));
  chat.say("alice", "#ops", "!say \u201ca b\u201d \u2014x");
  chat.expect_reply("good");
  CHECK(raw == "!say \u201ca b\u201d \u2014x");
}

TEST_CASE("only live messages of people run commands") {
  chat chat;
  chat.add(ping());
  for (const event_type type : {event_type::notice, event_type::emote, event_type::edit,
                                event_type::reaction, event_type::join, event_type::raw}) {
    chat.deliver(event(type, address("", "#ops", "alice"),
                       principal("", "alice", assurance::verified), "!ping"));
  }
  for (const event_origin origin : {event_origin::bot, event_origin::self, event_origin::history}) {
    event said(event_type::message, address("", "#ops", "alice"),
               principal("", "alice", assurance::verified), "!ping");
    said.origin = origin;
    chat.deliver(said);
  }
  chat.expect_silence();
}

TEST_CASE("an unknown command gets suggestions when addressed, silence when not") {
  chat chat;
  chat.add(ping());
  chat.add(deploy());
  chat.say("alice", "#ops", "!pnig");
  chat.expect_reply("I do not know 'pnig'. Did you mean ping?");
  chat.say("alice", "#ops", "mynah: xyzzy");
  chat.expect_reply("I do not know 'xyzzy'.");
  chat.say("alice", "#ops", "pnig");
  chat.expect_silence();
  // What one may not run is not suggested.
  chat.say("alice", "#ops", "!deplyo");
  chat.expect_reply("I do not know 'deplyo'.");
}

TEST_CASE("two bots that do not know each other's words fall silent") {
  chat chat;
  chat.add(ping());
  for (int i = 0; i < 20; ++i) chat.whisper("robot", "I do not know 'I'.");
  CHECK(chat.take_replies().size() == 5);
  chat.whisper("alice", "what");
  CHECK(chat.take_replies().size() == 1);
  chat.advance(2min);
  chat.whisper("robot", "hello?");
  CHECK(chat.take_replies().size() == 1);
}

TEST_CASE("a wrong argument is named, with the usage") {
  chat chat;
  chat.add(deploy());
  chat.grant("alice", "deploy");
  chat.say("alice", "#ops", "!deploy web prd");
  chat.expect_reply(
      "deploy: env is 'prd'; expected one of staging or prod\nusage: deploy <service> "
      "[staging|prod]");
  chat.say("alice", "#ops", "!deploy --force");
  chat.expect_reply("deploy: unknown flag '--force'\nusage: deploy <service> [staging|prod]");
}

TEST_CASE("what changes something needs a grant, and a denial says why") {
  chat chat;
  chat.add(deploy());
  chat.grant("alice", "deploy");
  chat.say("bob", "#ops", "!deploy web");
  const testkit::said denial = chat.expect_reply(
      "denied: deploy changes something, and no grant gives 'deploy' to test/bob");
  CHECK(denial.body.ephemeral());
  chat.stranger("alice", "#ops", "!deploy web");
  chat.expect_reply_containing("an identity the network does not vouch for");
  chat.say("alice", "#ops", "!deploy web");
  chat.expect_reply("deploying web to staging");
}

TEST_CASE("every attempt is audited, denials and mistakes included") {
  chat chat;
  chat.add(deploy());
  chat.add(make_command("boom", "^boom", "boom", "",
                        [](const arguments&) -> std::string { throw std::runtime_error("x"); }));
  chat.grant("alice", "deploy");
  chat.say("bob", "#ops", "!deploy web");
  chat.say("alice", "#ops", "!deploy web nowhere");
  chat.say("alice", "#ops", "!deploy web");
  chat.say("alice", "#ops", "!depoly");
  chat.say("alice", "#ops", "!boom");
  const auto attempts = chat.take_attempts();
  REQUIRE(attempts.size() == 5);
  CHECK(attempts[0].outcome == outcome::denied);
  CHECK(attempts[0].who == "test/bob");
  CHECK(attempts[0].decision ==
        "denied: deploy changes something, and no grant gives 'deploy' to test/bob");
  CHECK(attempts[1].outcome == outcome::wrong_usage);
  CHECK(attempts[2].outcome == outcome::done);
  CHECK(attempts[2].line == "deploy web");
  CHECK(attempts[2].decision == "allowed: role may-alice granted to test/alice");
  CHECK(attempts[2].reason == "");
  CHECK(attempts[3].outcome == outcome::unknown_command);
  CHECK(attempts[4].outcome == outcome::failed);
}

TEST_CASE("who may not run what has a form is told before it is shown, and it is audited") {
  const bool changes = GENERATE(true, false);
  chat chat;
  command_spec wanted("deploy", "Deploys a service");
  wanted.parameter(parameter::string("service")).alias("ship");
  if (changes) {
    wanted.changes();
  } else {
    wanted.restricted();
  }
  chat.add(make_command(wanted, [](const arguments&) { return "deployed"; }));
  chat.add(make_command(command_spec("form", "Asks for a form").quick(), [](context& ctx) {
    const command* const asked = ctx.bot().find_command("ship");
    return ctx.bot().admit(ctx.event(), *asked) ? "shown" : "";
  }));
  chat.grant("alice", "deploy");
  chat.say("bob", "#ops", "!form");
  const testkit::said denial = chat.expect_reply_containing("denied: deploy ");
  CHECK(denial.body.ephemeral());
  chat.say("alice", "#ops", "!form");
  chat.expect_reply("shown");
  chat.expect_silence();
  std::vector<testkit::attempt> denials;
  for (const testkit::attempt& each : chat.take_attempts()) {
    if (each.outcome == outcome::denied) denials.push_back(each);
  }
  REQUIRE(denials.size() == 1);
  CHECK(denials[0].command == "deploy");
  CHECK(denials[0].line == "deploy");
  CHECK(denials[0].who == "test/bob");
  CHECK("denied: " + denials[0].decision.substr(8) == denial.text);
  audit_query query;
  query.command = "deploy";
  REQUIRE(chat.audit(query).size() == 1);
  CHECK(chat.audit(query)[0].outcome == "denied");
}

TEST_CASE("<command> --help tells about it, also where the pattern does not fit") {
  chat chat;
  chat.add(make_command("exact", "^exact$", "exact", "Fits one word only",
                        [](const arguments&) { return "ran"; }));
  chat.add(deploy());
  chat.grant("alice", "deploy");
  chat.say("alice", "#ops", "!exact --help");
  chat.expect_reply("usage: exact\nFits one word only");
  chat.say("alice", "#ops", "!deploy --help");
  chat.expect_reply_containing("usage: deploy <service>");
  CHECK(chat.take_attempts().empty());
}

TEST_CASE("without a right, --help of a command is refused like the command") {
  chat chat;
  chat.add(deploy());
  chat.say("bob", "#ops", "!deploy --help");
  chat.expect_reply_containing("denied: deploy changes something");
}

TEST_CASE("a restriction that fits nothing is refused: it was meant to close something") {
  chat chat;
  chat.add(ping());
  chat.set("restrict", "pnig");
  CHECK_THROWS_WITH(chat.say("alice", "#ops", "!ping"),
                    "--restrict (the program): 'pnig' fits no command or permission; did you mean "
                    "'ping'?");
}
