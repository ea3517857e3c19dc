// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/async_command.hpp>
#include <mynah/testkit.hpp>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

command_ptr working() {
  return make_command(command_spec("work", ""), [](async_context& ctx) -> task<std::string> {
    for (int percent = 0; percent < 100; percent += 50) {
      ctx.progress(std::to_string(percent) + " %");
      co_await ctx.sleep(1s);
    }
    co_return "done";
  });
}

}  // namespace

TEST_CASE("progress edits one message where the network can") {
  chat chat;
  chat.can_edit(true);
  chat.add(working());
  chat.say("alice", "#ops", "!work");
  CHECK_FALSE(chat.expect_reply("0 %").edit);
  chat.advance(1s);
  CHECK(chat.expect_reply("50 %").edit);
  chat.advance(1s);
  CHECK_FALSE(chat.expect_reply("done").edit);
}

TEST_CASE("progress posts new messages where the network cannot edit") {
  chat chat;
  chat.add(working());
  chat.say("alice", "#ops", "!work");
  CHECK_FALSE(chat.expect_reply("0 %").edit);
  chat.advance(1s);
  CHECK_FALSE(chat.expect_reply("50 %").edit);
}

TEST_CASE("progress that waits to be sent is replaced, not queued up") {
  chat chat;
  chat.add(make_command(command_spec("burst", ""), [](context& ctx) {
    for (int i = 0; i < 100; ++i) ctx.progress(std::to_string(i));
    return "end";
  }));
  chat.say("alice", "#ops", "!ignored");
  chat.take_replies();
  chat.say("alice", "#ops", "!burst");
  const auto said = chat.take_replies();
  REQUIRE(said.size() >= 2);
  CHECK(said.size() <= 101);
  CHECK(said[said.size() - 2].text == "99");
  CHECK(said.back().text == "end");
}

TEST_CASE("an empty answer is no message") {
  chat chat;
  chat.add(make_command(command_spec("quiet", ""), [](const arguments&) { return ""; }));
  chat.add(make_command(command_spec("void", ""), [](const arguments&) {}));
  chat.say("alice", "#ops", "!quiet");
  chat.say("alice", "#ops", "!void");
  chat.expect_silence();
}

TEST_CASE("a card shows numbered choices, and a number gives the command as its speaker") {
  chat chat;
  chat.add(make_command(command_spec("propose", ""), [](const arguments&) {
    return reply(
        card("Deploy?").field("env", "prod").action("Yes", "approve 7").action("No", "reject 7"));
  }));
  chat.add(make_command(command_spec("approve", "").parameter(parameter::integer("id")).changes(),
                        [](context& ctx) { return "approved by " + ctx.principal().key(); }));
  chat.grant("root", "approve");
  chat.say("alice", "#ops", "!propose");
  chat.expect_reply("Deploy?\nenv: prod\n1) Yes\n2) No");
  chat.say("alice", "#ops", "1");
  chat.expect_reply_containing("denied: approve changes something");
  chat.say("root", "#ops", "!1");
  chat.expect_reply("approved by test/root");
  chat.say("root", "#dev", "1");
  chat.expect_silence();
  chat.advance(6min);
  chat.say("root", "#ops", "1");
  chat.expect_silence();
}

TEST_CASE("a button is the command of the one who uses it") {
  chat chat;
  chat.add(make_command(command_spec("approve", "").changes(),
                        [](context& ctx) { return "approved by " + ctx.principal().key(); }));
  chat.grant("root", "approve");
  for (const char* user : {"alice", "root"}) {
    chat.deliver(event(event_type::action, address("", "#ops", user),
                       principal("", user, assurance::verified), "approve"));
  }
  chat.expect_reply_containing("denied");
  chat.expect_reply("approved by test/root");
}

TEST_CASE("a message that the network refuses is tried again, and its room waits") {
  chat chat;
  chat.add(make_command(command_spec("two", ""), [](context& ctx) {
    ctx.reply("first");
    ctx.reply("second");
  }));
  chat.refuse_sends(1);
  chat.say("alice", "#ops", "!two");
  chat.expect_silence();
  chat.say("alice", "#dev", "!two");  // other rooms notice nothing
  chat.expect_reply("#dev", "first");
  chat.expect_reply("#dev", "second");
  chat.advance(1s);
  chat.expect_reply("first");
  chat.expect_reply("second");
}

TEST_CASE("a message that the network never takes does not stop those after it") {
  chat chat;
  chat.add(make_command(command_spec("two", ""), [](context& ctx) {
    ctx.reply("first");
    ctx.reply("second");
  }));
  chat.refuse_sends(4);
  chat.say("alice", "#ops", "!two");
  chat.advance(10s);
  chat.expect_reply("second");
  bool logged = false;
  for (const std::string& line : chat.log()) {
    if (line.find("message not delivered") != std::string::npos) logged = true;
  }
  CHECK(logged);
}

TEST_CASE("an answer that comes while the connection is gone is sent through the next one") {
  chat chat;
  chat.add(make_command(command_spec("later", ""), [](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(500ms);
    co_return "late but here";
  }));
  chat.say("alice", "#ops", "!later");
  chat.disconnect();
  chat.advance(499ms);
  chat.expect_silence();
  chat.advance(2s);
  chat.expect_reply("late but here");
  CHECK(chat.connections() == 2);
}
