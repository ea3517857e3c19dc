// SPDX-License-Identifier: Apache-2.0
// Channels, pins, bookmarks, reactions, files by the typed interface.
#include <mynah/async_command.hpp>
#include <mynah/error.hpp>
#include <mynah/slack/network.hpp>

#include "catch.hpp"
#include "slack_bot.hpp"

using namespace mynah_test;
using mynah_test::slack::json;

namespace {

using work = std::function<mynah::task<std::string>(mynah::slack::network&)>;

// Runs it as a command `!go`.
mynah::command_ptr go(work what) {
  return mynah::make_command(
      mynah::command_spec("go", "Does it"),
      [what = std::move(what)](mynah::async_context& ctx) -> mynah::task<std::string> {
        const auto slack = mynah::slack::network::of(ctx.bot(), ctx.event().from.input);
        if (slack == nullptr) co_return "no network";
        std::string said = co_await what(*slack);
        co_return said;
      });
}

std::string said(const mynah::result<void>& outcome) {
  return outcome.has_value() ? "ok " : outcome.error().message() + " ";
}

}  // namespace

TEST_CASE("a channel from its making to its archive", "[slack][network]") {
  slack_place at;
  const std::string bob = at.world.bob;
  auto run = [bob](mynah::slack::network& slack) -> mynah::task<std::string> {
    const mynah::result<std::string> made = co_await slack.create("incident-7", true);
    if (made.has_error()) co_return made.error().describe();
    const std::string id = *made;
    std::string log;
    std::vector<std::string> people{bob};
    mynah::result<void> done = co_await slack.invite(id, people);
    log += said(done);
    done = co_await slack.invite(id, people);  // already there
    log += said(done);
    done = co_await slack.set_topic(id, "Down & <out>");
    log += said(done);
    done = co_await slack.set_purpose(id, "Why");
    log += said(done);
    done = co_await slack.rename(id, "incident-8");
    log += said(done);
    const mynah::result<std::string> mark =
        co_await slack.add_bookmark(id, "Runbook", "https://run.example/book");
    log += mark.has_value() ? "ok " : mark.error().message();
    const mynah::result<std::vector<mynah::slack::bookmark>> marks = co_await slack.bookmarks(id);
    log += marks.has_value() && marks->size() == 1 ? (*marks)[0].title + " " : "no bookmark ";
    const mynah::result<std::vector<std::string>> there = co_await slack.members("#incident-8");
    log += there.has_value() ? std::to_string(there->size()) + " " : there.error().message();
    done = co_await slack.remove(id, bob);
    log += said(done);
    const mynah::result<mynah::slack::channel> info = co_await slack.info(id);
    log += info.has_value() ? info->name + "/" + info->topic + " " : info.error().message();
    done = co_await slack.archive(id);
    log += said(done);
    done = co_await slack.archive(id);
    log += said(done);
    co_return log;
  };
  slack_bot bot(at.settings(), {go(run)});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!go");
  REQUIRE(at.has_said(1));
  CHECK(at.answers(at.world.general)[0] ==
        "ok ok ok ok ok ok Runbook 2 ok incident-8/Down &amp; &lt;out&gt; ok ok");
  CHECK(at.slack.violations().empty());
}

TEST_CASE("pins, reactions and files", "[slack][network]") {
  slack_place at;
  const std::string general = at.world.general;
  const std::string ts = at.slack.post(general, at.world.bob, "remember this");
  auto run = [general, ts](mynah::slack::network& slack) -> mynah::task<std::string> {
    std::string log;
    mynah::result<void> done = co_await slack.pin(general, ts);
    log += said(done);
    done = co_await slack.react("#general", ts, "eyes");
    log += said(done);
    done = co_await slack.react(general, ts, "eyes");  // already there
    log += said(done);
    done = co_await slack.unreact(general, ts, "eyes");
    log += said(done);
    const mynah::result<std::string> file =
        co_await slack.upload(general, "log.txt", "The log", "one\ntwo\n", ts);
    log += file.has_value() ? "file" : file.error().describe();
    co_return log;
  };
  slack_bot bot(at.settings(), {go(run)});
  bot.wait_until_online();
  at.slack.post(general, at.world.alice, "!go");
  REQUIRE(at.slack.wait_until([&] { return at.slack.posted_count(general) >= 1; }));
  REQUIRE(at.slack.wait_until([&] {
    const auto files = at.slack.files();
    return files.size() == 1 && !files[0]["channels"].empty();
  }));
  CHECK(at.slack.file_content(at.slack.files()[0].value("id", "")) == "one\ntwo\n");
  REQUIRE(at.slack.wait_until([&] { return at.answers(general).back() == "ok ok ok ok file"; }));
}

TEST_CASE("what Slack refuses is told with what is missing", "[slack][network]") {
  slack_place at;
  at.slack.set_scopes(at.world.bot.bot_token, {"chat:write", "channels:history", "im:history",
                                               "users:read", "app_mentions:read", "commands"});
  auto run = [](mynah::slack::network& slack) -> mynah::task<std::string> {
    const mynah::result<std::string> made = co_await slack.create("incident-7");
    co_return made.has_error() ? made.error().message() : "made";
  };
  slack_bot bot(at.settings(), {go(run)});
  bot.wait_until_online();
  at.slack.post(at.world.general, at.world.alice, "!go");
  REQUIRE(at.has_said(1));
  CHECK(at.answers(at.world.general)[0].find("channels:manage") != std::string::npos);
}

TEST_CASE("a thread with an assistant, and a message that grows", "[slack][network]") {
  slack_place at;
  const std::string dm = at.world.dm;
  auto run = [dm](mynah::async_context& ctx) -> mynah::task<std::string> {
    const auto slack = mynah::slack::network::of(ctx.bot(), ctx.event().from.input);
    const std::string thread(ctx.event().tag("slack.ts"));
    std::string log;
    mynah::result<void> done = co_await slack->set_status(dm, thread, "is looking...");
    log += said(done);
    std::vector<mynah::slack::suggested_prompt> prompts;
    prompts.emplace_back("Again", "go");
    done = co_await slack->set_prompts(dm, thread, std::move(prompts));
    log += said(done);
    done = co_await slack->set_title(dm, thread, "Looking");
    log += said(done);
    const mynah::result<std::string> begun = co_await slack->start_stream(dm, thread, "One");
    if (begun.has_error()) co_return log + begun.error().message();
    done = co_await slack->append_stream(dm, *begun, " two");
    log += said(done);
    done = co_await slack->stop_stream(dm, *begun);
    log += said(done);
    done = co_await slack->set_status(dm, thread, "");
    log += said(done);
    co_return log;
  };
  slack_bot bot(at.settings(), {mynah::make_command(mynah::command_spec("go", "Does it"), run)});
  bot.wait_until_online();
  at.slack.post(dm, at.world.alice, "go");
  REQUIRE(at.slack.wait_until([&] { return at.slack.posted_count(dm) >= 2; }));
  const auto answers = at.answers(dm);
  CHECK(answers.back() == "ok ok ok ok ok ok");
}
