// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/async_command.hpp>
#include <mynah/testkit.hpp>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

command_ptr release() {
  return make_command(
      command_spec("release", "Releases"), [](async_context& ctx) -> task<std::string> {
        const ask_options options = ask_options(1min).choice("staging").choice("prod");
        const std::string env = co_await ctx.ask("Which environment?", options);
        co_return "releasing to " + env;
      });
}

command_ptr ask_number() {
  return make_command(command_spec("number", "Asks"), [](async_context& ctx) -> task<std::string> {
    const std::string number = co_await ctx.ask(
        "A number?", ask_options(1min).attempts(2).validator(
                         [](std::string_view answer) -> std::optional<std::string> {
                           if (answer.find_first_not_of("0123456789") == std::string_view::npos) {
                             return std::nullopt;
                           }
                           return "that is no number";
                         }));
    co_return "got " + number;
  });
}

constexpr const char* prompt = "Which environment?\n1) staging\n2) prod";

}  // namespace

TEST_CASE("the asker's next message in the room is the answer, others' are not") {
  chat chat;
  chat.add(release());
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  chat.say("bob", "#ops", "prod");
  chat.say("alice", "#dev", "prod");
  chat.whisper("alice", "hm");
  chat.expect_reply_containing("I do not know 'hm'");  // private talk is another place
  chat.stranger("alice", "#ops", "prod");
  chat.expect_silence();
  chat.say("alice", "#ops", "2");
  chat.expect_reply("releasing to prod");
  chat.say("alice", "#ops", "1");
  chat.expect_silence();
}

TEST_CASE("an answer may name the bot, and a thread is a place of its own") {
  chat chat;
  chat.add(release());
  const auto in_thread = [&](const std::string& thread, const std::string& text) {
    chat.deliver(event(event_type::message, address("", "#ops", "alice", thread),
                       principal("", "alice", assurance::verified), text));
  };
  in_thread("t1", "!release");
  CHECK(chat.expect_reply(prompt).to.thread == "t1");
  in_thread("t2", "prod");
  in_thread("", "prod");
  chat.expect_silence();
  in_thread("t1", "mynah: Staging");
  CHECK(chat.expect_reply("releasing to staging").to.thread == "t1");
}

TEST_CASE("commands still work while a question is open") {
  chat chat;
  chat.add(release());
  chat.add(make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  chat.say("alice", "#ops", "!ping");
  chat.expect_reply("pong");
  chat.say("alice", "#ops", "prod");
  chat.expect_reply("releasing to prod");
}

TEST_CASE("no answer in time ends the question and says so") {
  chat chat;
  chat.add(release());
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  chat.advance(59s);
  chat.expect_silence();
  chat.advance(2s);
  chat.expect_reply("error executing release: no answer within 1m");
  chat.say("alice", "#ops", "prod");
  chat.expect_silence();
}

TEST_CASE("the cancel word ends a question") {
  chat chat;
  chat.add(release());
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  chat.say("alice", "#ops", "Cancel");
  chat.expect_reply("error executing release: cancelled");
}

TEST_CASE("a wrong answer is told and asked again, a bounded number of times") {
  chat chat;
  chat.add(ask_number());
  chat.say("alice", "#ops", "!number");
  chat.expect_reply("A number?");
  chat.say("alice", "#ops", "seven");
  chat.expect_reply("that is no number; try again, or say cancel");
  chat.say("alice", "#ops", "7");
  chat.expect_reply("got 7");
  chat.say("alice", "#ops", "!number");
  chat.expect_reply("A number?");
  chat.say("alice", "#ops", "x");
  chat.expect_reply_containing("try again");
  chat.say("alice", "#ops", "y");
  chat.expect_reply("error executing number: that is no number; gave up after 2 answers");
}

TEST_CASE("a choice that is none is told") {
  chat chat;
  chat.add(release());
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  chat.say("alice", "#ops", "3");
  chat.expect_reply("expected one of the choices; try again, or say cancel\n1) staging\n2) prod");
}

TEST_CASE("the command's deadline stands still while a question is open") {
  chat chat;
  chat.add(make_command(command_spec("slow", "").deadline(10s),
                        [](async_context& ctx) -> task<std::string> {
                          const std::string answer = co_await ctx.ask("Go?", ask_options(5min));
                          co_await ctx.sleep(8s);
                          co_return "went " + answer;
                        }));
  chat.say("alice", "#ops", "!slow");
  chat.expect_reply("Go?");
  chat.advance(4min);
  chat.expect_silence();
  chat.say("alice", "#ops", "yes");
  chat.advance(9s);
  chat.take_replies();
  CHECK(chat.take_attempts().back().outcome == outcome::done);
}

TEST_CASE("a second question to the same asker waits for its turn") {
  chat chat;
  chat.add(ask_number());
  chat.add(release());
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  chat.say("alice", "#ops", "!number");
  chat.expect_silence();
  chat.say("alice", "#ops", "prod");
  const auto said = chat.take_replies();
  REQUIRE(said.size() == 2);
  CHECK(said[0].text + "|" + said[1].text == "releasing to prod|A number?");
  chat.say("alice", "#ops", "5");
  chat.expect_reply("got 5");
}

TEST_CASE("questions to two people in one room do not mix") {
  chat chat;
  chat.add(ask_number());
  chat.say("alice", "#ops", "!number");
  chat.say("bob", "#ops", "!number");
  CHECK(chat.take_replies().size() == 2);
  chat.say("bob", "#ops", "2");
  chat.expect_reply("got 2");
  chat.say("alice", "#ops", "1");
  chat.expect_reply("got 1");
}

TEST_CASE("a cancelled command takes its question along") {
  chat chat;
  chat.add(release());
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  CHECK(chat.bot().view().cancel(1, principal("test", "alice", assurance::verified)) ==
        cancel_outcome::cancelled);
  chat.advance(1s);
  chat.expect_reply("release was cancelled (job 1)");
  chat.say("alice", "#ops", "prod");
  chat.expect_silence();
}

TEST_CASE("one message is the answer, what is said right after it is not") {
  chat chat;
  chat.add(ask_number());
  chat.add(make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
  chat.whisper("alice", "number");
  chat.expect_reply("A number?");
  chat.whisper("alice", "5");
  chat.whisper("alice", "ping");
  chat.expect_reply("got 5");
  chat.expect_reply("pong");
}

TEST_CASE("timeout, choices and validator may stand in braces") {
  chat chat;
  chat.add(make_command(command_spec("pick", ""), [](async_context& ctx) -> task<std::string> {
    const std::vector<std::string> colours = {"a colour with a long name", "blue"};
    const answer_validator fine = [](std::string_view) { return std::nullopt; };
    const std::string colour = co_await ctx.ask("Which colour?", {1min, colours, fine});
    co_return colour;
  }));
  chat.say("alice", "#ops", "!pick");
  chat.expect_reply("Which colour?\n1) a colour with a long name\n2) blue");
  chat.say("alice", "#ops", "1");
  chat.expect_reply("a colour with a long name");
}

TEST_CASE("a button of the question is the answer, for the one who was asked") {
  chat chat;
  chat.add(release());
  const auto click = [&](const std::string& who, const std::string& text,
                         const std::string& question) {
    event pressed(event_type::action, address("", "#ops", who),
                  principal("", who, assurance::verified), text);
    pressed.meta.emplace_back("question", question);
    chat.deliver(std::move(pressed));
  };
  chat.say("alice", "#ops", "!release");
  const auto asked = chat.expect_reply(prompt);
  REQUIRE(asked.body.framed() != nullptr);
  const std::vector<card_action>& buttons = asked.body.framed()->actions;
  REQUIRE(buttons.size() == 2);
  CHECK(buttons[1].command == "prod");
  const std::string id = buttons[1].question;
  REQUIRE_FALSE(id.empty());

  const std::string refusal = "That question is not open any more, or was put to somebody else.";
  click("bob", "prod", id);
  CHECK(chat.expect_reply(refusal).body.ephemeral());
  click("alice", "prod", "1-1");
  chat.expect_reply(refusal);
  click("alice", "prod", id);
  chat.expect_reply("releasing to prod");
  click("alice", "staging", id);
  chat.expect_reply(refusal);
}

TEST_CASE("a button that is a command is one, also while a question is open") {
  chat chat;
  chat.add(release());
  chat.add(make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; }));
  chat.say("alice", "#ops", "!release");
  chat.expect_reply(prompt);
  event pressed(event_type::action, address("", "#ops", "alice"),
                principal("", "alice", assurance::verified), "ping");
  pressed.meta.emplace_back("button", "1");
  chat.deliver(std::move(pressed));
  chat.expect_reply("pong");
  chat.say("alice", "#ops", "1");
  chat.expect_reply("releasing to staging");
}

TEST_CASE("a button of an earlier question does not answer the next one") {
  chat chat;
  chat.add(release());
  chat.say("alice", "#ops", "!release");
  const std::string first = chat.expect_reply(prompt).body.framed()->actions[0].question;
  chat.say("alice", "#ops", "1");
  chat.expect_reply("releasing to staging");
  chat.say("alice", "#ops", "!release");
  CHECK(chat.expect_reply(prompt).body.framed()->actions[0].question != first);
}

TEST_CASE("a command that waits for an answer does not work") {
  chat chat;
  chat.add(make_command(command_spec("slow", ""), [](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(2s);
    const std::string answer = co_await ctx.ask("Go?", ask_options(5min));
    co_await ctx.sleep(2s);
    co_return "went " + answer;
  }));
  chat.say("alice", "#ops", "!slow");
  CHECK(chat.shows_work("#ops"));
  chat.advance(2s);
  chat.expect_reply("Go?");
  CHECK_FALSE(chat.shows_work("#ops"));
  chat.say("alice", "#ops", "yes");
  CHECK(chat.shows_work("#ops"));
  chat.advance(2s);
  chat.expect_reply("went yes");
  CHECK_FALSE(chat.shows_work("#ops"));
}
