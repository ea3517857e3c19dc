// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <mynah/async_command.hpp>
#include <mynah/testkit.hpp>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

command_ptr sleeper(std::chrono::seconds time) {
  return make_command(command_spec("sleep", ""), [time](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(time);
    co_return "slept";
  });
}

// Swallows its cancellation and sleeps on.
command_ptr stubborn() {
  return make_command(command_spec("stubborn", ""), [](context& ctx) {
    while (true) {
      // A stop token that nobody uses.
      if (ctx.clock().block_until(ctx.clock().now() + 24h, std::stop_token())) return "at last";
    }
  });
}

}  // namespace

TEST_CASE("an idle bot stops at once") {
  chat chat;
  chat.add(sleeper(1s));
  chat.stop();
  CHECK(chat.stopped());
}

TEST_CASE("running commands get time to end, and their answers go out") {
  chat chat;
  chat.add(sleeper(3s));
  chat.say("alice", "#ops", "!sleep");
  chat.stop();
  CHECK_FALSE(chat.stopped());
  chat.say("bob", "#ops", "!sleep");  // nobody reads any more
  chat.advance(4s);
  chat.expect_reply("slept");
  chat.expect_silence();
  CHECK(chat.stopped());
}

TEST_CASE("commands that take longer than the bound are cancelled and say so") {
  chat chat;
  chat.set("drain", "5s");
  chat.set("notice-after", "0");
  chat.add(sleeper(29s));
  chat.say("alice", "#ops", "!sleep");
  chat.stop();
  chat.advance(4s);
  CHECK_FALSE(chat.stopped());
  chat.advance(2s);
  chat.expect_reply("sleep was cancelled (job 1)");
  CHECK(chat.stopped());
  CHECK_FALSE(chat.bot().abandoned_commands());
}

TEST_CASE("a second stop does not wait") {
  chat chat;
  chat.add(sleeper(29s));
  chat.say("alice", "#ops", "!sleep");
  chat.stop();
  chat.stop();
  chat.expect_reply("sleep was cancelled (job 1)");
  CHECK(chat.stopped());
}

TEST_CASE("a command that will not stop is left behind, and its room hears it") {
  chat chat;
  chat.set("notice-after", "0");
  chat.set("drain", "1s");
  chat.add(stubborn());
  chat.say("alice", "#ops", "!stubborn");
  chat.stop();
  chat.advance(4s);
  CHECK(chat.stopped());
  CHECK(chat.bot().abandoned_commands());
  chat.expect_reply("stubborn did not stop (job 1); what came of it is unknown");
  chat.advance(48h);  // it ends after all, and reaches nobody
  chat.expect_silence();
}
