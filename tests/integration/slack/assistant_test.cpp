// SPDX-License-Identifier: Apache-2.0
// Threads between a user and the bot as an assistant.
#include "catch.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;
using mynah_test::slack::json;

namespace {

mynah_test::slack::new_app assistant() {
  mynah_test::slack::new_app made;
  made.events.insert("assistant_thread_started");
  return made;
}

/// Works for two seconds, and says something in the middle if it is to.
mynah::command_ptr work(std::string name, bool tells) {
  auto run = [tells](mynah::context& ctx) -> std::string {
    ctx.sleep_for(std::chrono::seconds(1));
    if (tells) ctx.reply("half");
    ctx.sleep_for(std::chrono::seconds(1));
    return tells ? "" : "done";
  };
  return mynah::make_command(mynah::command_spec(std::move(name), "Works"), std::move(run));
}

mynah::command_ptr quick() {
  auto run = [](const mynah::arguments&) { return std::string("pong"); };
  return mynah::make_command(mynah::command_spec("ping", "Answers").quick(), run);
}

class assistant_place : public slack_place {
 public:
  assistant_place() : slack_place(mynah_test::slack::options(), assistant()) {}

  [[nodiscard]] running_bot::settings settings() const {
    auto made = slack_place::settings();
    made["assistant"] = "yes";
    return made;
  }
  /// Of the only thread.
  [[nodiscard]] json thread() const {
    const json threads = slack.assistant_threads();
    return threads.empty() ? json::object() : threads.back();
  }
  /// Waits until Slack has been told a status so many times.
  [[nodiscard]] bool is_told(std::size_t times) {
    return slack.wait_until(
        [this, times] { return slack.call_count("assistant.threads.setStatus") >= times; });
  }
  void say(const std::string& thread_ts, const std::string& text) {
    mynah_test::slack::post_options in;
    in.thread_ts = thread_ts;
    slack.post(world.dm, world.alice, text, in);
  }
};

}  // namespace

TEST_CASE("a thread with the assistant shows that a command works", "[slack][assistant]") {
  assistant_place at;
  slack_bot bot(at.settings(), {work("work", false), work("mutter", true), quick()});
  bot.wait_until_online();
  const std::string thread = at.slack.open_assistant(at.world.app.app_id, at.world.alice);
  SECTION("until it is answered") {
    at.say(thread, "work");
    REQUIRE(at.is_told(1));
    CHECK(at.thread().value("status", "") == "is working on it...");
    CHECK(at.thread().value("thread_ts", "") == thread);
    bot.forward(std::chrono::seconds(3));
    const auto is_answered = [&] { return at.answers(at.world.dm).back() == "done"; };
    REQUIRE(at.slack.wait_until(is_answered));
    CHECK(at.slack.wait_until([&] { return at.thread().value("status", "?").empty(); }));
  }
  SECTION("and Slack takes it away when something is said") {
    at.say(thread, "mutter");
    REQUIRE(at.is_told(1));
    bot.forward(std::chrono::milliseconds(1500));
    const auto is_said = [&] { return at.answers(at.world.dm).back() == "half"; };
    REQUIRE(at.slack.wait_until(is_said));
    CHECK(at.thread().value("status", "?").empty());
    bot.forward(std::chrono::seconds(3));
    at.say(thread, "ping");
    REQUIRE(at.slack.wait_until([&] { return at.answers(at.world.dm).back() == "pong"; }));
    // Nothing is left to be taken away.
    CHECK(at.slack.call_count("assistant.threads.setStatus") == 1);
  }
  SECTION("but not for a quick one, nor in a channel") {
    at.say(thread, "ping");
    REQUIRE(at.slack.wait_until([&] { return at.answers(at.world.dm).back() == "pong"; }));
    at.slack.post(at.world.general, at.world.alice, "!work");
    at.slack.post(at.world.general, at.world.alice, "!ping");
    REQUIRE(at.has_said(1));
    bot.forward(std::chrono::seconds(3));
    REQUIRE(at.has_said(2));
    CHECK(at.slack.call_count("assistant.threads.setStatus") == 0);
  }
  CHECK(at.slack.violations().empty());
}

TEST_CASE("a new thread with the assistant suggests what the user may run", "[slack][assistant]") {
  assistant_place at;
  noted_command note;
  noted_command launch("launch");
  slack_bot bot(at.settings(), {work("work", false), note.make(), launch.make(true), quick()});
  bot.wait_until_online();
  at.slack.open_assistant(at.world.app.app_id, at.world.alice);
  REQUIRE(
      at.slack.wait_until([&] { return !at.thread().value("prompts", json::array()).empty(); }));
  const json prompts = at.thread()["prompts"];
  // One needs a text, and one is for others.
  REQUIRE(prompts.size() == 2);
  CHECK(prompts[0]["message"] == "ping");
  CHECK(prompts[1]["message"] == "work");
  CHECK(prompts[1]["title"] == "Works");
}

TEST_CASE("an app that is no assistant is not taken for one", "[slack][assistant]") {
  assistant_place at;
  auto settings = at.settings();
  bool warns = false;
  SECTION("by the settings") {
    settings["assistant"] = "no";
  }
  SECTION("for want of the scope") {
    at.slack.set_scopes(at.world.bot.bot_token, {"chat:write", "channels:history", "im:history",
                                                 "users:read", "app_mentions:read"});
    warns = true;
  }
  slack_bot bot(settings, {work("work", false), quick()});
  bot.wait_until_online();
  const std::string thread = at.slack.open_assistant(at.world.app.app_id, at.world.alice);
  at.say(thread, "work");
  at.say(thread, "ping");
  REQUIRE(at.slack.wait_until([&] { return at.answers(at.world.dm).back() == "pong"; }));
  bot.forward(std::chrono::seconds(3));
  REQUIRE(at.slack.wait_until([&] { return at.answers(at.world.dm).back() == "done"; }));
  CHECK(at.slack.call_count("assistant.threads.setStatus") == 0);
  CHECK(at.slack.call_count("assistant.threads.setSuggestedPrompts") == 0);
  CHECK((bot.log().find("assistant:write") != std::string::npos) == warns);
}
