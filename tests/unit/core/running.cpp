// SPDX-License-Identifier: Apache-2.0
#include "catch.hpp"

#include <condition_variable>
#include <mutex>

#include <mynah/async_command.hpp>
#include <mynah/builtins.hpp>
#include <mynah/testkit.hpp>

using namespace mynah;
using namespace std::chrono_literals;
using testkit::chat;

namespace {

// A blocking command that honours its stop token.
command_ptr patient(std::chrono::milliseconds limit = 0ms) {
  command_spec spec("wait", "Waits");
  if (limit.count() != 0) spec.deadline(limit);
  return make_command(
      spec, [](context& ctx) -> std::string { return ctx.sleep_for(1h) ? "slept" : "woken"; });
}

command_ptr coroutine_wait() {
  return make_command(command_spec("cowait", "Waits"), [](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(1h);
    co_return "slept";
  });
}

command_ptr ping() {
  return make_command(command_spec("ping", "").quick(), [](const arguments&) { return "pong"; });
}

}  // namespace

TEST_CASE("a command that passes its deadline is told so, and told to stop") {
  chat chat;
  chat.set("notice-after", "0");
  chat.add(patient(5s));
  chat.add(coroutine_wait());
  chat.say("alice", "#ops", "!wait");
  chat.advance(4s);
  chat.expect_silence();
  chat.advance(2s);
  chat.expect_reply("wait did not finish within 5s and was told to stop (job 1)");
  chat.say("alice", "#ops", "!cowait");
  chat.advance(29s);
  chat.expect_silence();
  chat.advance(2s);
  chat.expect_reply("cowait did not finish within 30s and was told to stop (job 2)");
  chat.advance(2h);
  chat.expect_silence();
  const auto attempts = chat.take_attempts();
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[0].outcome == outcome::timed_out);
  CHECK(attempts[1].outcome == outcome::timed_out);
  CHECK(chat.bot().view().jobs().empty());
}

TEST_CASE("a long command is announced with its id, a short one is not") {
  chat chat;
  chat.add(patient());
  chat.add(make_command(command_spec("talks", ""), [](context& ctx) -> std::string {
    ctx.reply("started");
    ctx.sleep_for(20s);
    return "ended";
  }));
  chat.say("alice", "#ops", "!wait");
  chat.advance(6s);
  chat.expect_reply("wait is running (job 1); `cancel 1` stops it");
  chat.say("alice", "#ops", "!talks");
  chat.expect_reply("started");
  chat.advance(21s);
  chat.expect_reply("ended");
}

TEST_CASE("jobs lists, cancel stops, both kinds of command") {
  for (const char* command : {"wait", "cowait"}) {
    chat chat;
    chat.set("notice-after", "0");
    chat.use(builtins::plugin());
    chat.add(patient());
    chat.add(coroutine_wait());
    chat.say("alice", "#ops", std::string("!") + command);
    chat.advance(3s);
    chat.say("alice", "#ops", "!jobs");
    chat.expect_reply("1  running for 3s  " + std::string(command) + "  by test/alice");
    chat.say("bob", "#ops", "!cancel 1");
    chat.expect_reply(
        "error executing cancel: job 1 is somebody else's; stopping it needs a grant of "
        "cancel.any");
    chat.say("alice", "#ops", "!cancel 1");
    const auto said = chat.take_replies();
    REQUIRE(said.size() == 2);
    CHECK(said[0].text == "told job 1 to stop");
    CHECK(said[1].text == std::string(command) + " was cancelled (job 1)");
    chat.say("alice", "#ops", "!jobs");
    chat.expect_reply("nothing is running");
    chat.say("alice", "#ops", "!cancel 1");
    chat.expect_reply("error executing cancel: no job 1 is running");
  }
}

TEST_CASE("a grant of cancel.any stops others' commands") {
  chat chat;
  chat.use(builtins::plugin());
  chat.add(patient());
  chat.grant("root", "cancel.any");
  chat.say("alice", "#ops", "!wait");
  chat.say("root", "#ops", "!cancel 1");
  chat.expect_reply("told job 1 to stop");
  chat.expect_reply("wait was cancelled (job 1)");
}

TEST_CASE("full is told clearly, and a place that is free again is used") {
  chat chat;
  chat.set("notice-after", "0");
  chat.set("max-jobs-per-user", "2");
  chat.add(patient());
  chat.add(ping());
  chat.say("alice", "#ops", "!wait");
  chat.say("alice", "#ops", "!wait");
  chat.say("alice", "#ops", "!wait");
  chat.expect_reply(
      "'wait' is not run now: 2 commands are running for you, which is the limit; `jobs` lists "
      "them, `cancel <id>` stops one");
  chat.say("alice", "#ops", "!ping");
  chat.expect_reply("pong");
  chat.say("bob", "#ops", "!wait");
  chat.expect_silence();
  chat.advance(31s);
  CHECK(chat.take_replies().size() == 3);
  chat.say("alice", "#ops", "!wait");
  chat.expect_silence();
}

TEST_CASE("a hundred commands that never return leave ping as it was") {
  chat chat;
  for (const char* limit : {"max-jobs-per-user", "max-jobs-per-room", "max-jobs-per-command"}) {
    chat.set(limit, "0");
  }
  chat.add(patient(24h));
  chat.add(make_command(command_spec("cowait", "").deadline(24h),
                        [](async_context& ctx) -> task<std::string> {
                          co_await ctx.sleep(48h);
                          co_return "slept";
                        }));
  chat.add(ping());
  chat.set("notice-after", "0");
  for (int i = 0; i < 100; ++i) chat.say("alice", "#ops", i % 2 == 0 ? "!wait" : "!cowait");
  CHECK(chat.bot().view().jobs().size() == 100);
  for (int i = 0; i < 10; ++i) {
    chat.say("bob", "#ops", "!ping");
    chat.expect_reply("pong");
  }
}

TEST_CASE("what a command throws reaches its room as far as it may, and the log in full") {
  chat chat;
  chat.add(make_command(command_spec("ours", ""), [](const arguments&) -> std::string {
    throw command_error("the cluster is frozen");
  }));
  chat.add(make_command(command_spec("theirs", ""), [](const arguments&) -> std::string {
    throw std::runtime_error("password=hunter2 at 10.0.0.1");
  }));
  chat.add(make_command(command_spec("odd", ""), [](const arguments&) -> std::string { throw 7; }));
  chat.add(make_command(command_spec("misused", "").parameter(parameter::string("a").optional()),
                        [](const arguments&) -> std::string { throw usage_error("say more"); }));
  chat.add(make_command(command_spec("quick", "").quick(), [](const arguments&) -> std::string {
    throw std::runtime_error("quickly");
  }));
  chat.add(make_command(command_spec("co", ""), [](async_context& ctx) -> task<std::string> {
    co_await ctx.sleep(1s);
    throw std::runtime_error("in a coroutine");
  }));
  chat.say("alice", "#ops", "!ours");
  chat.expect_reply("error executing ours: the cluster is frozen");
  chat.say("alice", "#ops", "!misused");
  chat.expect_reply("misused: say more\nusage: misused [a]");
  for (const char* line : {"!theirs", "!odd", "!quick", "!co"}) {
    chat.say("alice", "#ops", line);
    chat.advance(2s);
    const std::string text = chat.expect_reply_containing("internal error E").text;
    CHECK(text.find("hunter2") == std::string::npos);
    const std::string id = text.substr(text.find("internal error ") + 15, 9);
    bool logged = false;
    for (const std::string& each : chat.log()) {
      if (each.find("error_id=" + id) != std::string::npos) logged = true;
    }
    CHECK(logged);
  }
}

TEST_CASE("a command may answer many times, in order, from its thread") {
  chat chat;
  chat.add(make_command(command_spec("count", ""), [](context& ctx) {
    for (int i = 1; i <= 5; ++i) ctx.reply(std::to_string(i));
  }));
  chat.say("alice", "#ops", "!count");
  for (const char* text : {"1", "2", "3", "4", "5"}) chat.expect_reply(text);
  chat.expect_silence();
}

TEST_CASE("what a command says after its deadline reaches nobody") {
  chat chat;
  chat.set("notice-after", "0");
  chat.add(make_command(command_spec("late", "").deadline(1s), [](context& ctx) -> std::string {
    ctx.sleep_for(1h);
    ctx.reply("too late");
    return "much too late";
  }));
  chat.say("alice", "#ops", "!late");
  chat.advance(2s);
  chat.expect_reply_containing("did not finish");
  chat.expect_silence();
}

TEST_CASE("a blocking function that ignores its stop token is left alone, the bot goes on") {
  std::mutex mutex;
  std::condition_variable open;
  bool is_open = false;
  {
    chat chat;
    chat.patience = 50ms;
    chat.set("notice-after", "0");
    chat.add(make_command(command_spec("stuck", "").deadline(1s), [&](const arguments&) {
      std::unique_lock lock(mutex);
      open.wait(lock, [&] { return is_open; });
      return "free";
    }));
    chat.add(ping());
    chat.say("alice", "#ops", "!stuck");
    chat.advance(2s);
    chat.expect_reply_containing("did not finish within 1s");
    chat.say("alice", "#ops", "!ping");
    chat.expect_reply("pong");
    const auto jobs = chat.bot().view().jobs();
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].state == "overdue");
    {
      const std::lock_guard lock(mutex);
      is_open = true;
    }
    open.notify_all();
    chat.patience = 5s;
    chat.say("alice", "#ops", "!ping");
    chat.expect_reply("pong");
    chat.advance(1s);
    chat.expect_silence();
  }
}

TEST_CASE("a context tells what a command may want to know") {
  chat chat;
  chat.grant("alice", "special");
  chat.add(make_command(command_spec("look", ""), [](context& ctx) {
    CHECK(ctx.principal().key() == "test/alice");
    CHECK(ctx.event().from.room == "#ops");
    CHECK(ctx.allowed("special"));
    CHECK_FALSE(ctx.allowed("other"));
    CHECK(ctx.id() == 1);
    CHECK(ctx.deadline() == ctx.clock().now() + 30s);
    CHECK_FALSE(ctx.cancelled());
    CHECK(ctx.bot().name() == "mynah");
    CHECK(ctx.log().component() == "look");
    ctx.say(address("test", "#elsewhere"), "hello from afar");
    return "seen";
  }));
  chat.say("alice", "#ops", "!look");
  chat.expect_reply("#elsewhere", "hello from afar");
  chat.expect_reply("#ops", "seen");
}

TEST_CASE("a network that shows it hears that a command works") {
  chat chat;
  chat.set("notice-after", "0");
  chat.add(patient(5s));
  chat.add(coroutine_wait());
  chat.use(builtins::plugin());
  chat.say("alice", "#ops", "!ping");
  chat.expect_reply("pong");
  CHECK_FALSE(chat.shows_work("#ops"));
  chat.say("alice", "#ops", "!wait");
  CHECK(chat.shows_work("#ops"));
  CHECK_FALSE(chat.shows_work("#dev"));
  // As long as one of several does.
  chat.say("bob", "#ops", "!cowait");
  chat.advance(6s);
  CHECK(chat.shows_work("#ops"));
  // To a new connection it is said again.
  chat.disconnect();
  chat.advance(2s);
  CHECK(chat.connections() == 2);
  CHECK(chat.shows_work("#ops"));
  chat.say("bob", "#ops", "!cancel 3");
  CHECK_FALSE(chat.shows_work("#ops"));
  // One that is told to stop by its deadline works for nobody any more.
  chat.say("alice", "#ops", "!wait");
  CHECK(chat.shows_work("#ops"));
  chat.advance(6s);
  CHECK_FALSE(chat.shows_work("#ops"));
}
